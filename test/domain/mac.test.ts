import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseMac } from '../../src/domain/mac.ts';

const octets = fc.tuple(
  // The first octet is even, because an odd one would mark a multicast address.
  fc.integer({ min: 0, max: 127 }).map((half) => half * 2),
  ...Array.from({ length: 5 }, () => fc.integer({ min: 0, max: 255 })),
);
const formatOctets = (parts: readonly number[], between: string) =>
  parts.map((part) => part.toString(16).padStart(2, '0')).join(between);

describe('T-14 a MAC address', () => {
  test('is in lower case with colons, for input with hyphens or capitals, too', () => {
    fc.assert(
      fc.property(octets, fc.constantFrom(':', '-'), fc.boolean(), (parts, between, shout) => {
        fc.pre(parts.some((part) => part !== 0));
        const text = formatOctets(parts, between);
        expect(parseMac(shout ? text.toUpperCase() : text)).toBe(formatOctets(parts, ':'));
      }),
    );
  });

  test.each([
    '',
    'da:45:c4:5c:65',
    'da:45:c4:5c:65:6c:00',
    'da:45:c4:5c:65:6',
    'da:45:c4:5c:65:6cc',
    'da:45:c4:5c:65:6g',
    'xda:45:c4:5c:65:6c',
    'da:45:c4:5c:65:6c ',
    'da:45-c4:5c:65:6c',
    'da-45-c4-5c-65:6c',
    'da45.c45c.656c',
    'da45c45c656c',
    'da:45::c4:5c:65:6c',
  ])('%j is not a MAC address', (text) => {
    expect(() => parseMac(text)).toThrow(
      expect.objectContaining({
        message: `'${text}' is not a MAC address.`,
        hint: 'Give a MAC address such as da:45:c4:5c:65:6c.',
        code: 'MAC_INVALID',
      }),
    );
  });

  test.each(['00:00:00:00:00:00', '00-00-00-00-00-00', 'ff:ff:ff:ff:ff:ff', '01:00:5e:00:00:fb', 'DB:45:c4:5c:65:6c'])(
    '%s cannot belong to an interface',
    (text) => {
      expect(() => parseMac(text)).toThrow(
        expect.objectContaining({
          message: `'${text}' cannot be the MAC address of an interface.`,
          hint: 'List the MAC addresses of your interfaces with `upc ip list --columns address,server,mac`.',
          code: 'MAC_INVALID',
        }),
      );
    },
  );

  test.each(['00:00:00:00:00:01', '02:00:00:00:00:00'])('%s is a MAC address', (text) => {
    expect(parseMac(text)).toBe(text);
  });
});
