import { createAddressSortKey, isSameAddress, toCanonicalAddress } from './address.ts';
import { isSameMac, toCanonicalMac } from './mac.ts';
import type { Address, LoadBalancer, NetworkInterface, Server, ServerDetails } from './model.ts';
import { findServerByUuid } from './server-index.ts';
import { getServerDisplayName } from './server-name.ts';

/** One zone of `ip tree`. Every key is always present. */
export interface ZoneBranch {
  readonly zone: string;
  readonly servers: readonly ServerBranch[];
  readonly detached: readonly Address[];
  readonly delegated: readonly DelegatedAddress[];
}

/** A server with its interfaces. Title, hostname and state are null if the server could not be fetched. */
export interface ServerBranch {
  readonly uuid: string;
  readonly title: string | null;
  readonly hostname: string | null;
  readonly state: string | null;
  readonly interfaces: readonly InterfaceBranch[];
}

/** A network interface with its addresses. Index and type are null if the details of the server could not be fetched. */
export interface InterfaceBranch {
  readonly index: number | null;
  readonly type: string | null;
  readonly mac: string | null;
  readonly addresses: readonly Address[];
}

/** A delegated address with the service that holds it; name and UUID are null if no known service holds it. */
export type DelegatedAddress = Address & {
  readonly delegated_to: { readonly service: string; readonly name: string | null; readonly uuid: string | null };
};

/**
 * The input of buildTree(). The addresses decide which zones and servers the tree contains. The other parts add names and
 * interfaces.
 */
export interface TreeInput {
  readonly addresses: readonly Address[];
  readonly servers: readonly Server[];
  /** The details of each server; the key is its UUID. Servers that could not be fetched are missing. */
  readonly details: ReadonlyMap<string, ServerDetails>;
  /** The load balancer of each delegated address; the key is the canonical spelling of the address. */
  readonly holders: ReadonlyMap<string, Pick<LoadBalancer, 'name' | 'uuid'>>;
}

/** Groups the addresses by zone, server and interface. Zones and servers are sorted by name, addresses by number. */
export function buildTree(parts: TreeInput): ZoneBranch[] {
  const sorted = sortBy(parts.addresses, (ip) => createAddressSortKey(ip.address));
  const zones = sortBy([...groupBy(sorted, (ip) => ip.zone)], ([zone]) => zone);
  return zones.map(([zone, ips]) => ({
    zone,
    servers: buildServerBranches(ips, parts),
    detached: ips.filter((ip) => ip.server === null && ip.is_delegated === 'no'),
    delegated: ips
      .filter((ip) => ip.server === null && ip.is_delegated === 'yes')
      .map((ip) => ({ ...ip, delegated_to: findDelegationHolder(ip, parts) })),
  }));
}

function findDelegationHolder(ip: Address, { holders }: TreeInput): DelegatedAddress['delegated_to'] {
  const service = holders.get(toCanonicalAddress(ip.address));
  return { service: 'load-balancer', name: service?.name ?? null, uuid: service?.uuid ?? null };
}

function buildServerBranches(ips: readonly Address[], { servers, details }: TreeInput): ServerBranch[] {
  const branches = [...groupBy(ips, (ip) => ip.server)].flatMap(([uuid, own]): ServerBranch[] => {
    if (uuid === null) return [];
    const known = details.get(uuid);
    const server = known ?? findServerByUuid(servers, uuid);
    return [
      {
        uuid,
        title: server?.title ?? null,
        hostname: server?.hostname ?? null,
        state: server?.state ?? null,
        interfaces: buildInterfaceBranches(own, known?.networking.interfaces.interface ?? []),
      },
    ];
  });
  return sortBy(branches, (server) => `${getServerDisplayName(server).toLowerCase()} ${server.uuid}`);
}

function buildInterfaceBranches(ips: readonly Address[], interfaces: readonly NetworkInterface[]): InterfaceBranch[] {
  const byInterface = groupBy(ips, (ip) => interfaces.find((one) => isOnInterface(one, ip)));
  const known = sortBy(interfaces, ({ index }) => index).map((one) => ({
    index: one.index,
    type: one.type,
    mac: one.mac,
    addresses: byInterface.get(one) ?? [],
  }));
  const left = groupBy(byInterface.get(undefined) ?? [], (ip) => (ip.mac === null ? null : toCanonicalMac(ip.mac)));
  const unknown = [...left.values()].map((addresses) => ({
    index: null,
    type: null,
    mac: addresses[0]?.mac ?? null,
    addresses,
  }));
  return [...known, ...unknown];
}

/**
 * Returns whether the address is on the interface. If the API reports a MAC address for the address, compares the MAC
 * addresses. Otherwise, as for some private addresses, searches the interface's own list of addresses.
 */
function isOnInterface({ mac, ip_addresses }: NetworkInterface, ip: Address): boolean {
  return ip.mac === null
    ? ip_addresses.ip_address.some(({ address }) => isSameAddress(address, ip.address))
    : isSameMac(mac, ip.mac);
}

function sortBy<T>(items: readonly T[], key: (item: T) => string | number): T[] {
  return items
    .map((item) => ({ item, by: key(item) }))
    .sort((a, b) => (a.by < b.by ? -1 : a.by > b.by ? 1 : 0))
    .map(({ item }) => item);
}

function groupBy<T, K>(items: readonly T[], key: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}
