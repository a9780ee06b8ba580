import { formatIPv4Number } from './ipv4-number.ts';
/**
 * Creates the account of the seed `large:<n>`. For every five addresses, the account has a server with four of them
 * (utility, two public IPv4, IPv6) and one detached floating IP.
 */
import { toHex } from './rules/identity.ts';
import { createFloatingAddress, createSeedServer, type InterfaceSpec, type SeedContent } from './seed-builder.ts';
import type { Address, Server } from './state.ts';

const ZONES = [
  { id: 'fi-hel2', prefix: '2001:db8:1:1' },
  { id: 'de-fra1', prefix: '2001:db8:2:1' },
  { id: 'nl-ams1', prefix: '2001:db8:3:1' },
] as const;
const GROUP_SIZE = 5;
const SERVER_INTERFACES = ['utility', 'IPv4', 'IPv4', 'IPv6'] as const;

export function createLargeAccount(owner: string, total: number): SeedContent {
  const servers: Server[] = [];
  const addresses: Address[] = [];
  for (let group = 0; group * GROUP_SIZE < total; group += 1) {
    const size = Math.min(GROUP_SIZE, total - group * GROUP_SIZE);
    const made = createServerOfGroup(owner, group, size);
    servers.push(...made.servers);
    addresses.push(...made.addresses);
    if (size === GROUP_SIZE)
      addresses.push(createFloatingAddress(owner, getZoneOfGroup(group).id, createPublicAddress(group * 3 + 2)));
  }
  return { servers, addresses };
}

function getZoneOfGroup(group: number): (typeof ZONES)[number] {
  return ZONES[group % ZONES.length] ?? ZONES[0];
}

function createServerOfGroup(owner: string, group: number, size: number): SeedContent {
  const { id, prefix } = getZoneOfGroup(group);
  const uuid = `00100000-0000-4000-8000-${toHex(group, 12)}`;
  const state = group % 4 === 3 ? 'stopped' : 'started';
  const lines = SERVER_INTERFACES.slice(0, size).map((on, at) => createInterfaceSpec(group, on, at));
  return createSeedServer({ uuid, owner, title: `node-${group + 1}`, zone: id, state }, prefix, lines);
}

function createInterfaceSpec(group: number, on: InterfaceSpec['on'], at: number): InterfaceSpec {
  const serial = group * SERVER_INTERFACES.length + at;
  const mac = `da:45:c5:${toHex(serial >> 16, 2)}:${toHex((serial >> 8) & 255, 2)}:${toHex(serial & 255, 2)}`;
  if (on === 'IPv6') return { mac, on };
  return {
    mac,
    on,
    address:
      on === 'utility'
        ? formatIPv4Number(10 * 2 ** 24 + 64 * 2 ** 16 + group)
        : createPublicAddress(group * 3 + at - 1),
  };
}

/** Returns the nth address of 198.18.0.0/15, a range reserved for tests of network devices. */
function createPublicAddress(nth: number): string {
  return formatIPv4Number(198 * 2 ** 24 + 18 * 2 ** 16 + nth);
}
