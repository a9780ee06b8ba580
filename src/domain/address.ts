import { UsageError } from '../core/errors.ts';
import type { Hint } from '../core/hint.ts';

export type Family = 'IPv4' | 'IPv6';

export interface ParsedAddress {
  readonly family: Family;
  /**
   * The service's spelling of the address (R-MOD-6). Requests use this spelling first. If the API does not find the address,
   * requests use the spelling in the account's list.
   */
  readonly canonical: string;
}

const DOTTED_QUAD = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;
const IPV6_GROUP = /^[0-9a-f]{1,4}$/i;
/** An IPv6 address without `::`. */
const EIGHT_GROUPS = /^(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}$/i;

/**
 * Parses one IP address strictly (T-14): no zone ID, no CIDR, no leading zeros in IPv4, no IPv4-mapped IPv6.
 * @throws UsageError that names the problem
 */
export function parseAddress(text: string): ParsedAddress {
  if (DOTTED_QUAD.test(text)) return { family: 'IPv4', canonical: text };
  const groups = parseIPv6Groups(text);
  if (groups === undefined)
    throw new UsageError(`'${text}' is not an IP address.`, createAddressHint(text), 'IP_ADDRESS_INVALID');
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) {
    throw new UsageError(
      `'${text}' is an IPv4 address in IPv6 notation.`,
      'Write the IPv4 address itself, such as 192.0.2.10.',
      'IP_ADDRESS_INVALID',
    );
  }
  return { family: 'IPv6', canonical: formatIPv6Groups(groups) };
}

/**
 * Returns the canonical spelling of an address, or the text itself if it is not an address. Use the canonical spelling to
 * compare addresses, and as the key of a Map or Set. To show or send an address, use the service's own text.
 */
export function toCanonicalAddress(text: string): string {
  if (!text.includes(':')) return text;
  const groups = parseIPv6Groups(text);
  return groups ? formatIPv6Groups(groups) : text;
}

/** Returns whether two texts are the same address in any spelling (R-MOD-6). */
export function isSameAddress(one: string, other: string): boolean {
  return one === other || toCanonicalAddress(one) === toCanonicalAddress(other);
}

/** Spells the groups like the service: without leading zeros in the first four groups, with them in the last four (R-MOD-6). */
function formatIPv6Groups(groups: readonly number[]): string {
  return groups.map((group, i) => group.toString(16).padStart(i < 4 ? 1 : 4, '0')).join(':');
}

/** Returns a key that sorts addresses by number, IPv4 before IPv6, other text last. */
export function createAddressSortKey(text: string): string {
  if (DOTTED_QUAD.test(text))
    return `4${text
      .split('.')
      .map((part) => part.padStart(3, '0'))
      .join('')}`;
  const groups = parseIPv6Groups(text);
  return groups ? `6${groups.map((group) => group.toString(16).padStart(4, '0')).join('')}` : `9${text}`;
}

/** Returns whether the text is an IPv4 or IPv6 address. Unlike parseAddress(), it accepts IPv4-mapped IPv6. */
export function isAddress(text: string): boolean {
  return DOTTED_QUAD.test(text) || EIGHT_GROUPS.test(text) || parseIPv6Groups(text) !== undefined;
}

function createAddressHint(text: string): Hint {
  if (text.includes('%')) return 'Remove the zone ID (the % and everything after it).';
  if (text.includes('/')) return 'Give one address, not a network: remove the / and everything after it.';
  if (/^[\d.]+$/.test(text)) return 'Give four numbers from 0 to 255 without leading zeros, such as 192.0.2.10.';
  return (upc) => `Give an address such as 192.0.2.10 or 2001:db8::1. List yours with \`${upc('ip list')}\`.`;
}

/** Returns the eight groups of an IPv6 address as numbers, or undefined. An IPv4 address at the end counts as two groups. */
export function parseIPv6Groups(text: string): number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const parts = halves.map((half, i) => parseColonGroups(half, i === halves.length - 1));
  const [head, tail] = parts;
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined;
  if (tail === undefined) return head.length === 8 ? head : undefined;
  const missing = 8 - head.length - tail.length;
  return missing >= 1 ? [...head, ...new Array<number>(missing).fill(0), ...tail] : undefined;
}

function parseColonGroups(text: string, mayEndInQuad: boolean): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [i, part] of parts.entries()) {
    if (IPV6_GROUP.test(part)) groups.push(Number.parseInt(part, 16));
    else if (mayEndInQuad && i === parts.length - 1 && DOTTED_QUAD.test(part)) {
      const [a = 0, b = 0, c = 0, d = 0] = part.split('.').map(Number);
      groups.push(a * 256 + b, c * 256 + d);
    } else return undefined;
  }
  return groups;
}
