import { describe, expect, test } from 'vitest';
import { parseNameServer } from '../../src/domain/name-server.ts';

describe('the address of a name server', () => {
  test.each([
    ['192.0.2.53', '192.0.2.53:53'],
    ['127.0.0.1:5353', '127.0.0.1:5353'],
    ['127.0.0.1:1', '127.0.0.1:1'],
    ['127.0.0.1:65535', '127.0.0.1:65535'],
    ['127.0.0.1:00053', '127.0.0.1:53'],
    ['2001:db8::53', '[2001:db8:0:0:0:0:0:53]:53'],
    ['[2001:DB8::53]', '[2001:db8:0:0:0:0:0:53]:53'],
    ['[2001:db8::53]:5353', '[2001:db8:0:0:0:0:0:53]:5353'],
    // Without brackets, the last group is part of the address, not a port.
    ['2001:db8::53:5353', '[2001:db8:0:0:0:0:53:5353]:53'],
  ])('%s is %s', (text, expected) => {
    expect(parseNameServer(text)).toBe(expected);
  });

  test.each([
    '',
    ':53',
    '[]',
    '[]:53',
    'dns.example.com',
    'dns.example.com:53',
    '192.0.2.256',
    '192.0.2.53:',
    '192.0.2.53:0',
    '192.0.2.53:65536',
    '192.0.2.53:99999',
    '192.0.2.53:100000',
    '192.0.2.53:x',
    '192.0.2.53:53 ',
    'x192.0.2.53:53',
    '[192.0.2.53]',
    '[192.0.2.53]:53',
    '[2001:db8::53',
    '2001:db8::53]',
    'x[2001:db8::53]',
    '[2001:db8::53]:0',
    '[2001:db8::53]53',
    '[2001:db8::53%eth0]',
  ])('%j is not the address of a name server', (text) => {
    expect(() => parseNameServer(text)).toThrow(
      expect.objectContaining({
        message: `'${text}' is not the address of a name server.`,
        hint: 'Give its IP address, with the port if it is not 53: 192.0.2.53, 127.0.0.1:5353, [2001:db8::53]:5353.',
        exitCode: 2,
      }),
    );
  });

  test('rejects an IPv4-mapped address with the message for addresses', () => {
    expect(() => parseNameServer('[::ffff:192.0.2.53]:53')).toThrow("'::ffff:192.0.2.53' is an IPv4 address in IPv6");
  });
});
