/** Creates the UUIDs of public and utility networks, from the zone and the account. */
import { createHash } from 'node:crypto';
import type { Access, Family, Zone } from '../state.ts';

/** Returns the UUID of a zone's public IPv4 or IPv6 network. */
export function createPublicNetworkId(zone: Pick<Zone, 'number'>, family: Family): string {
  const low = 0x93 + 2 * zone.number + (family === 'IPv6' ? 1 : 0);
  return `03000000-0000-4000-80${low.toString(16)}-000000000000`;
}

/** Returns the UUID of the account's utility network in a zone. */
export function createUtilityNetworkId(owner: string, zone: Pick<Zone, 'id'>): string {
  const hex = createHash('sha256').update(`${owner} ${zone.id}`).digest('hex');
  return `03${hex.slice(0, 6)}-${hex.slice(6, 10)}-4${hex.slice(10, 13)}-8${hex.slice(13, 16)}-${hex.slice(16, 28)}`;
}

export function getNetworkId(
  owner: string,
  zone: Pick<Zone, 'id' | 'number'>,
  access: Exclude<Access, 'private'>,
  family: Family,
): string {
  return access === 'public' ? createPublicNetworkId(zone, family) : createUtilityNetworkId(owner, zone);
}
