import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isZoneFile, parseReverseDnsName, parseZoneFile } from '../../src/domain/zone-file.ts';

const reverseZone = `$TTL 3600
$ORIGIN 2.0.192.in-addr.arpa.
@   IN SOA ns1.example.com. hostmaster.example.com. ( 2026010101 ; serial
        3600 900
        604800 3600 )
    IN NS  ns1.example.com.
10      IN PTR www.example.com.
50 3600 IN PTR failover.example.com.   ; the floating one
60         PTR mail
`;

const forwardZone = `$ORIGIN example.com.
@     1h IN A    192.0.2.10
www      IN CNAME example.com.
mail  IN 300 A   192.0.2.50
      IN AAAA    2001:db8::1
txt      IN TXT  "a ; b ( c"
`;

describe('BIND zone files', () => {
  test('a reverse zone: $ORIGIN, relative names, a multi-line SOA, comments', () => {
    expect(parseZoneFile(reverseZone)).toEqual([
      { owner: '10.2.0.192.in-addr.arpa', type: 'PTR', value: 'www.example.com', line: 7 },
      { owner: '50.2.0.192.in-addr.arpa', type: 'PTR', value: 'failover.example.com', line: 8 },
      { owner: '60.2.0.192.in-addr.arpa', type: 'PTR', value: 'mail.2.0.192.in-addr.arpa', line: 9 },
    ]);
  });

  test('a forward zone: A and AAAA, an owner that is repeated, quoted text', () => {
    expect(parseZoneFile(forwardZone)).toEqual([
      { owner: 'example.com', type: 'A', value: '192.0.2.10', line: 2 },
      { owner: 'mail.example.com', type: 'A', value: '192.0.2.50', line: 4 },
      { owner: 'mail.example.com', type: 'AAAA', value: '2001:db8::1', line: 5 },
    ]);
  });

  test.each([
    ['10 IN PTR www.example.com.', /Line 1: '10' is a relative name, and there is no \$ORIGIN/],
    ['$INCLUDE other.zone', /\$INCLUDE is not supported/],
    ['$GENERATE 1-9 $ PTR host-$.example.com.', /\$GENERATE is not supported/],
    ['$ORIGIN a.\n@ IN SOA a. b. ( 1 2', /Line 2: A parenthesis is not closed/],
  ])('%s is an error with the line number', (text, message) => {
    expect(() => parseZoneFile(text)).toThrow(message);
  });

  test('is distinguished from lines of address and hostname', () => {
    expect([reverseZone, forwardZone].map(isZoneFile)).toEqual([true, true]);
    for (const text of ['192.0.2.10 www.example.com\n', '192.0.2.10,in.example.com', 'address,ptr_record\n', '']) {
      expect(isZoneFile(text), text).toBe(false);
    }
  });

  test('parses the reverse DNS name of every address', () => {
    fc.assert(
      fc.property(fc.ipV4(), (ip) => {
        expect(parseReverseDnsName(`${ip.split('.').reverse().join('.')}.in-addr.arpa`)).toBe(ip);
      }),
    );
    const name = `${'1'.padEnd(1)}.${'0.'.repeat(23)}8.b.d.0.1.0.0.2.ip6.arpa`;
    expect(parseReverseDnsName(name)).toBe('2001:0db8:0000:0000:0000:0000:0000:0001');
    for (const other of ['0/26.2.0.192.in-addr.arpa', 'www.example.com', '10.2.0.192.in-addr.arpa.example.com']) {
      expect(parseReverseDnsName(other), other).toBeUndefined();
    }
  });

  test('throws only UsageError, for any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          parseZoneFile(`$ORIGIN x.\n${text}`);
        } catch (error) {
          expect((error as { exitCode?: number }).exitCode).toBe(2);
        }
      }),
    );
  });
});
