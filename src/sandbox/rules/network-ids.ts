/** The UUIDs of networks that nobody created: they follow from the zone and the account. */
import { createHash } from 'node:crypto';
import type { Access, Family, Zone } from '../state.ts';

/** Public IPv4 and IPv6 networks have UUIDs of their own in every zone. */
export function publicNetwork(zone: Pick<Zone, 'number'>, family: Family): string {
  const low = 0x93 + 2 * zone.number + (family === 'IPv6' ? 1 : 0);
  return `03000000-0000-4000-80${low.toString(16)}-000000000000`;
}

/** The utility network is the account's own, one in each zone. */
export function utilityNetwork(owner: string, zone: Pick<Zone, 'id'>): string {
  const hex = createHash('sha256').update(`${owner} ${zone.id}`).digest('hex');
  return `03${hex.slice(0, 6)}-${hex.slice(6, 10)}-4${hex.slice(10, 13)}-8${hex.slice(13, 16)}-${hex.slice(16, 28)}`;
}

export function networkOf(
  owner: string,
  zone: Pick<Zone, 'id' | 'number'>,
  access: Exclude<Access, 'private'>,
  family: Family,
): string {
  return access === 'public' ? publicNetwork(zone, family) : utilityNetwork(owner, zone);
}
