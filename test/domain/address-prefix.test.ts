import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isSameAddress, parseAddress, toCanonicalAddress } from '../../src/domain/address.ts';
import { completeTypedAddress } from '../../src/domain/address-prefix.ts';
import { ipv6Text } from './spellings.ts';

test('R-MOD-6 completes an address from any beginning of any spelling', () => {
  fc.assert(
    fc.property(ipv6Text, fc.nat(), ({ text }, n) => {
      const address = toCanonicalAddress(text);
      const typed = text.slice(0, n % (text.length + 1));
      // Skip IPv6 addresses that end in an IPv4 address, because completion does not support this spelling.
      fc.pre(!text.includes('.'));
      const whole = completeTypedAddress(address, typed);
      expect(whole?.startsWith(typed)).toBe(true);
      expect(isSameAddress(whole ?? '', address)).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});

test('offers only spellings of the same address, for any typed text', () => {
  fc.assert(
    fc.property(ipv6Text, fc.stringMatching(/^[0-9a-fA-F:]{0,12}$/), ({ text }, typed) => {
      const whole = completeTypedAddress(toCanonicalAddress(text), typed);
      if (whole === undefined) return;
      expect(whole.startsWith(typed)).toBe(true);
      expect(parseAddress(whole).canonical).toBe(toCanonicalAddress(text));
    }),
    { numRuns: 1_000 },
  );
});

test.each([
  ['', '2001:db8:1:1:d845:c4ff:fe5c:0f77'],
  ['2001:db8', '2001:db8:1:1:d845:c4ff:fe5c:0f77'],
  ['2001:DB8:1:', '2001:DB8:1:1:d845:c4ff:fe5c:0f77'],
  ['2001:0db8:0001:', '2001:0db8:0001:1:d845:c4ff:fe5c:0f77'],
  ['2001:db8:1:1:d845:c4ff:fe5c:f', '2001:db8:1:1:d845:c4ff:fe5c:f77'],
  ['2001:db8:1:1:d845:c4ff:fe5c:0f77', '2001:db8:1:1:d845:c4ff:fe5c:0f77'],
  ['2001:db8:1:2', undefined],
  ['2001:db8::', undefined],
  ['20010', undefined],
  ['192', undefined],
])('%j becomes %j', (typed, whole) => {
  expect(completeTypedAddress('2001:db8:1:1:d845:c4ff:fe5c:0f77', typed)).toBe(whole);
});

test('accepts :: for zeros', () => {
  const address = '2001:db8:0:0:0000:0000:0000:0001';
  expect(completeTypedAddress(address, '2001:db8::')).toMatch(/^2001:db8::/);
  expect(completeTypedAddress(address, '2001:db8::1')).toBe('2001:db8::1');
  expect(completeTypedAddress(address, '2001:db8:0::')).toMatch(/^2001:db8:0::/);
  expect(completeTypedAddress('0:0:0:0:0000:0000:0000:0001', '::')).toMatch(/^::/);
  expect(completeTypedAddress('192.0.2.1', '192.0.2.')).toBe('192.0.2.1');
  expect(completeTypedAddress('192.0.2.1', '192.0.3')).toBeUndefined();
});
