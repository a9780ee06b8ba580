import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createAddressSortKey,
  isAddress,
  isSameAddress,
  parseAddress,
  toCanonicalAddress,
} from '../../src/domain/address.ts';
import { formatServiceSpelling, ipv6Text } from './spellings.ts';

const quadNumbers = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 4, maxLength: 4 });
const expectedHints = {
  zone: 'Remove the zone ID (the % and everything after it).',
  network: 'Give one address, not a network: remove the / and everything after it.',
  four: 'Give four numbers from 0 to 255 without leading zeros, such as 192.0.2.10.',
  any: 'Give an address such as 192.0.2.10 or 2001:db8::1. List yours with `upc ip list`.',
};

/** Texts that are not addresses, each with the expected hint. */
const invalidAddresses: [text: string, hint: string][] = [
  ['', expectedHints.any],
  ['web-1', expectedHints.any],
  [' 192.0.2.10', expectedHints.any],
  ['192.0.2.10\n', expectedHints.any],
  ['x192.0.2.1', expectedHints.any],
  ['192.0.2.1x', expectedHints.any],
  ['192.0.2.1:80', expectedHints.any],
  ['192.0.2.10%eth0', expectedHints.zone],
  ['fe80::1%eth0', expectedHints.zone],
  ['192.0.2.0/24', expectedHints.network],
  ['2001:db8::/64', expectedHints.network],
  ['192', expectedHints.four],
  ['192.0.2', expectedHints.four],
  ['192.0.2.', expectedHints.four],
  ['192.0.2.1.', expectedHints.four],
  ['192.0.2.1.5', expectedHints.four],
  ['192.0.2.256', expectedHints.four],
  ['192.0.2.300', expectedHints.four],
  ['192.0.2.1000', expectedHints.four],
  ['192.0.2.01', expectedHints.four],
  ['192.0.2.00', expectedHints.four],
  [':', expectedHints.any],
  [':::', expectedHints.any],
  ['1:2:3:4:5:6:7', expectedHints.any],
  ['1:2:3:4:5:6:7:8:9', expectedHints.any],
  ['1:2:3:4:5:6:7:', expectedHints.any],
  [':2:3:4:5:6:7:8', expectedHints.any],
  // Here, :: would replace no group, which is not allowed.
  ['1:2:3:4:5:6:7::8', expectedHints.any],
  ['1:2:3:4:5:6:7:8::', expectedHints.any],
  ['1:2:3:4:5::6:7:8:9', expectedHints.any],
  ['1::2::3', expectedHints.any],
  ['1::2::', expectedHints.any],
  ['1:2:3:4:5:6:7:8::x', expectedHints.any],
  ['x::1', expectedHints.any],
  ['::10000', expectedHints.any],
  ['::g', expectedHints.any],
  ['::1.2.3.4:5', expectedHints.any],
  ['1.2.3.4::', expectedHints.any],
  ['1.2.3.4::5', expectedHints.any],
  ['::1.2.3', expectedHints.any],
  ['::1.2.3.256', expectedHints.any],
  ['1:2:3:4:5:6:7:1.2.3.4', expectedHints.any],
];

describe('T-14 an address', () => {
  test('IPv4 addresses have one spelling', () => {
    fc.assert(
      fc.property(quadNumbers, (parts) => {
        const text = parts.join('.');
        expect(parseAddress(text)).toEqual({ family: 'IPv4', canonical: text });
        expect(toCanonicalAddress(text)).toBe(text);
        expect(isAddress(text)).toBe(true);
      }),
    );
  });

  test("R-MOD-6 returns the service's spelling for any spelling of an IPv6 address", () => {
    fc.assert(
      fc.property(ipv6Text, ({ all, text }) => {
        fc.pre(!(all.slice(0, 5).every((group) => group === 0) && all[5] === 0xffff));
        expect(isIP(text)).toBe(6);
        const canonical = formatServiceSpelling(all);
        expect(parseAddress(text)).toEqual({ family: 'IPv6', canonical });
        expect(toCanonicalAddress(text)).toBe(canonical);
        expect(toCanonicalAddress(canonical)).toBe(canonical);
        expect(parseAddress(canonical).canonical).toBe(canonical);
        expect(isAddress(text)).toBe(true);
      }),
    );
  });

  test.each([
    ['::', '0:0:0:0:0000:0000:0000:0000'],
    ['::1', '0:0:0:0:0000:0000:0000:0001'],
    ['1::', '1:0:0:0:0000:0000:0000:0000'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:0005:0006:0007:0000'],
    ['::2:3:4:5:6:7:8', '0:2:3:4:0005:0006:0007:0008'],
    ['1::192.0.2.10', '1:0:0:0:0000:0000:c000:020a'],
    ['1:2:3:4:5:6:192.0.2.10', '1:2:3:4:0005:0006:c000:020a'],
    ['2001:0DB8::ABCD', '2001:db8:0:0:0000:0000:0000:abcd'],
    // These addresses look like IPv4-mapped addresses, but are not.
    ['::1:ffff:c000:20a', '0:0:0:0:0001:ffff:c000:020a'],
    ['1::ffff:c000:20a', '1:0:0:0:0000:ffff:c000:020a'],
    ['::fffe:192.0.2.10', '0:0:0:0:0000:fffe:c000:020a'],
    ['::192.0.2.10', '0:0:0:0:0000:0000:c000:020a'],
  ])('%s is %s', (text, canonical) => {
    expect(parseAddress(text)).toEqual({ family: 'IPv6', canonical });
  });

  test.each(invalidAddresses)('%j is not an address', (text, hint) => {
    expect(() => parseAddress(text)).toThrow(
      expect.objectContaining({ message: `'${text}' is not an IP address.`, hint, code: 'IP_ADDRESS_INVALID' }),
    );
    expect(isAddress(text)).toBe(false);
    expect(toCanonicalAddress(text)).toBe(text);
  });

  test.each(['::ffff:192.0.2.10', '::FFFF:c000:20a', '0:0:0:0:0:ffff:0:0'])(
    'rejects the IPv4-mapped address %s on the command line, but accepts it from the API',
    (text) => {
      expect(() => parseAddress(text)).toThrow(
        expect.objectContaining({
          message: `'${text}' is an IPv4 address in IPv6 notation.`,
          hint: 'Write the IPv4 address itself, such as 192.0.2.10.',
          code: 'IP_ADDRESS_INVALID',
        }),
      );
      expect(isAddress(text)).toBe(true);
      expect(toCanonicalAddress(text)).toMatch(/^0:0:0:0:0000:ffff:/);
    },
  );
});

test('R-MOD-6 two spellings are the same address if and only if all eight groups have the same value', () => {
  fc.assert(
    fc.property(ipv6Text, ipv6Text, fc.boolean(), (a, b, isEqual) => {
      const other = isEqual ? { all: a.all, text: formatServiceSpelling(a.all) } : b;
      const same = a.all.every((group, i) => group === other.all[i]);
      expect(isSameAddress(a.text, other.text)).toBe(same);
      expect(new Set([a.text, other.text].map(toCanonicalAddress)).size).toBe(same ? 1 : 2);
    }),
  );
});

test('sorts addresses by number, IPv4 before IPv6, other text last', () => {
  const four = quadNumbers.map((parts) => ({
    text: parts.join('.'),
    rank: [4, parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n), ''] as const,
  }));
  const six = ipv6Text.map(({ all, text }) => ({
    text,
    rank: [6, all.reduce((sum, group) => sum * 65_536n + BigInt(group), 0n), ''] as const,
  }));
  const other = fc
    .string()
    .filter((text) => !isAddress(text))
    .map((text) => ({ text, rank: [9, 0n, text] as const }));
  const one = fc.oneof(four, six, other);
  const compare = <T>(a: T, b: T) => (a < b ? -1 : a > b ? 1 : 0);
  fc.assert(
    fc.property(one, one, (a, b) => {
      const byRank = compare(a.rank[0], b.rank[0]) || compare(a.rank[1], b.rank[1]) || compare(a.rank[2], b.rank[2]);
      expect(compare(createAddressSortKey(a.text), createAddressSortKey(b.text))).toBe(byRank);
    }),
    { numRuns: 1_000 },
  );
});
