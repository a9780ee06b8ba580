/**
 * Parses addresses, MACs, UUIDs and hostnames. This code is deliberately separate from the client's parser. Tests run the
 * client against the sandbox, so they would miss a mistake in shared code.
 */
import { isIPv6 } from 'node:net';
import type { Family } from '../state.ts';

const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const IPV4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);
const MAC = /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;

/** Returns the family of an IP address in any spelling, or undefined if the text is not an address (R-GET-2). */
export function detectFamily(text: string): Family | undefined {
  if (IPV4.test(text)) return 'IPv4';
  // Node also accepts an address with a zone id, such as fe80::1%eth0, but the API does not.
  return isIPv6(text) && !text.includes('%') ? 'IPv6' : undefined;
}

export function parseMac(text: string): string | undefined {
  const mac = text.toLowerCase();
  return MAC.test(mac) ? mac : undefined;
}

export function parseUuid(text: string): string | undefined {
  const uuid = text.toLowerCase();
  return UUID.test(uuid) ? uuid : undefined;
}

/**
 * Returns whether the text is a hostname with at least two labels, such as `mail.example.com`. The last label must not be a
 * number, because `192.0.2.1` is an address.
 */
export function isHostname(text: string): boolean {
  const labels = text.split('.');
  const top = labels.at(-1) ?? '';
  return text.length <= 253 && labels.length >= 2 && labels.every((label) => LABEL.test(label)) && !/^\d+$/.test(top);
}

/**
 * Returns the modified EUI-64 of a MAC, as four groups of four digits. The "local" bit is inverted, and `ff:fe` is inserted
 * in the middle (R-MOD-3, R-MOD-6).
 */
export function createInterfaceIdentifier(mac: string): string {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = mac.split(':').map((byte) => Number.parseInt(byte, 16));
  const groups = [((a ^ 2) << 8) | b, (c << 8) | 0xff, 0xfe00 | d, (e << 8) | f];
  return groups.map((group) => group.toString(16).padStart(4, '0')).join(':');
}

/** Pads each of the last four groups of an IPv6 address to four digits, as the API does (R-MOD-6). */
export function padInterfaceIdentifier(address: string): string {
  const groups = address.split(':');
  return groups.map((group, at) => (at < 4 ? group : group.padStart(4, '0'))).join(':');
}

/** Returns the default PTR record of an address (R-MOD-5). */
export function createDefaultPtr(address: string, family: Family, zone: string): string {
  if (family === 'IPv4') return `${address.replaceAll('.', '-')}.${zone}.upcloud.host`;
  return `${address.split(':').slice(4).join('-')}.v6.${zone}.upcloud.host`;
}
