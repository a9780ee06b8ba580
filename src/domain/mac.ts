import { UsageError } from '../core/errors.ts';

/** Returns the canonical spelling of a MAC address: lower case with colons. Use it to compare MAC addresses. */
export function toCanonicalMac(mac: string): string {
  return mac.toLowerCase().replaceAll('-', ':');
}

/** Returns whether both are the same MAC address in any spelling, or both are null. */
export function isSameMac(one: string | null, other: string | null): boolean {
  return one === other || (one !== null && other !== null && toCanonicalMac(one) === toCanonicalMac(other));
}

/**
 * Parses a MAC address with colons or hyphens into the API's spelling: lower case with colons (T-14).
 * @throws UsageError for any other text, for a multicast address and for the zero address
 */
export function parseMac(text: string): string {
  if (!/^[0-9a-f]{2}([:-][0-9a-f]{2}){5}$/i.test(text) || (text.includes(':') && text.includes('-'))) {
    throw new UsageError(
      `'${text}' is not a MAC address.`,
      'Give a MAC address such as da:45:c4:5c:65:6c.',
      'MAC_INVALID',
    );
  }
  const mac = toCanonicalMac(text);
  if (mac === '00:00:00:00:00:00' || (Number.parseInt(mac.slice(0, 2), 16) & 1) === 1) {
    throw new UsageError(
      `'${text}' cannot be the MAC address of an interface.`,
      (upc) => `List the MAC addresses of your interfaces with \`${upc('ip list --columns address,server,mac')}\`.`,
      'MAC_INVALID',
    );
  }
  return mac;
}
