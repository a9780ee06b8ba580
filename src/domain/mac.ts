import { UsageError } from '../core/errors.ts';

/** Returns what two spellings of one MAC address have in common: lower case with colons. Any other text stays as it is. */
export function macKey(mac: string): string {
  return mac.toLowerCase().replaceAll('-', ':');
}

/** Returns whether both are the same MAC address in any spelling, or both are none. */
export function isSameMac(one: string | null, other: string | null): boolean {
  return one === other || (one !== null && other !== null && macKey(one) === macKey(other));
}

/**
 * A MAC address as the API writes it: lower case with colons (T-14). Hyphens are taken too.
 * @throws UsageError for anything else, a multicast and the zero address included
 */
export function parseMac(text: string): string {
  if (!/^[0-9a-f]{2}([:-][0-9a-f]{2}){5}$/i.test(text) || (text.includes(':') && text.includes('-'))) {
    throw new UsageError(
      `'${text}' is not a MAC address.`,
      'A MAC address looks like da:45:c4:5c:65:6c.',
      'MAC_INVALID',
    );
  }
  const mac = macKey(text);
  if (mac === '00:00:00:00:00:00' || (Number.parseInt(mac.slice(0, 2), 16) & 1) === 1) {
    throw new UsageError(
      `'${text}' cannot be the MAC address of an interface.`,
      (upc) => `\`${upc('ip list --columns address,server,mac')}\` shows the MAC addresses of your interfaces.`,
      'MAC_INVALID',
    );
  }
  return mac;
}
