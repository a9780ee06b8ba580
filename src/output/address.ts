import { createAddressSortKey, toCanonicalAddress } from '../domain/address.ts';
import { isDetached } from '../domain/filter.ts';
import type { Address, LoadBalancer, Server } from '../domain/model.ts';
import { getServerDisplayName } from '../domain/server-name.ts';
import type { Columns, ListView, Tone } from './columns.ts';
import { chooseStateTone } from './resource-views.ts';

/** Names of the servers and load balancers, which the API identifies by UUID. If a name is unknown, the UUID is shown. */
export interface ResourceNames {
  readonly servers: ReadonlyMap<string, Pick<Server, 'title' | 'hostname' | 'state'>>;
  /** The load balancer of each delegated address. The key is the address in canonical form. */
  readonly loadBalancers: ReadonlyMap<string, Pick<LoadBalancer, 'name' | 'uuid'>>;
}

export const noNames: ResourceNames = { servers: new Map(), loadBalancers: new Map() };

/** Returns the servers by UUID, so that output can show names instead of UUIDs. */
export function indexServersByUuid(servers: readonly Server[]): ResourceNames['servers'] {
  return new Map(servers.map((server) => [server.uuid, server]));
}

/** Returns the kind of an address in one word: `floating`, or its access type. */
export function describeAddressKind(ip: Address): string {
  if (ip.floating === 'yes') return 'floating';
  return ip.access;
}

/**
 * Returns the location of an address as text: the server's title, `delegated to` and the load balancer's name, or
 * `detached`.
 */
export function describeAddressLocation(ip: Address, names: ResourceNames): string {
  if (ip.server !== null) return getServerTitle(ip.server, names);
  if (ip.is_delegated === 'yes')
    return `delegated to ${names.loadBalancers.get(toCanonicalAddress(ip.address))?.name ?? 'a load balancer'}`;
  return isDetached(ip) ? 'detached' : '';
}

/** Returns the title of a server, or its UUID if the title is unknown. */
export function getServerTitle(uuid: string, names: ResourceNames): string {
  const server = names.servers.get(uuid);
  return server ? getServerDisplayName({ uuid, ...server }) : uuid;
}

/**
 * Returns the tone of an address's location. On a server, the tone depends on the server's state. A detached address has
 * the tone `warn`.
 */
function chooseLocationTone(ip: Address, names: ResourceNames): Tone {
  if (ip.server === null) return ip.is_delegated === 'yes' ? 'plain' : 'warn';
  const state = names.servers.get(ip.server)?.state;
  return state === undefined ? 'plain' : chooseStateTone(state);
}

/** Returns the columns of every list of addresses. */
export function createAddressColumns(names: ResourceNames): Columns<Address> {
  return {
    address: {
      header: 'ADDRESS',
      value: (ip) => ip.address,
      getSortKey: (ip) => createAddressSortKey(ip.address),
      // This column has no minimum width and never shrinks, because a shortened address is useless. All other columns are
      // dropped first.
      weight: 10,
      typed: true,
    },
    family: { header: 'FAMILY', value: (ip) => ip.family, weight: 3, typed: true },
    kind: { header: 'KIND', value: describeAddressKind, weight: 6, typed: true },
    access: { header: 'ACCESS', value: (ip) => ip.access, weight: 3, typed: true },
    zone: { header: 'ZONE', value: (ip) => ip.zone, weight: 5, typed: true },
    server: {
      header: 'SERVER',
      value: (ip) => describeAddressLocation(ip, names),
      data: (ip) => (ip.server === null ? null : getServerTitle(ip.server, names)),
      tone: (ip) => chooseLocationTone(ip, names),
      weight: 8,
      min: 10,
    },
    server_uuid: { header: 'SERVER UUID', value: (ip) => ip.server, weight: 2, min: 8, typed: true },
    mac: { header: 'MAC', value: (ip) => ip.mac, weight: 2, typed: true },
    // The PTR record has a higher weight than zone and policy, because it is more useful in a narrow terminal.
    ptr: { header: 'PTR RECORD', value: (ip) => ip.ptr_record, weight: 7, min: 24 },
    policy: {
      header: 'POLICY',
      value: (ip) => ip.release_policy,
      // A floating IP with the policy `release` is lost when its server or load balancer is deleted.
      tone: (ip) => (ip.release_policy === 'release' && ip.floating === 'yes' ? 'warn' : 'plain'),
      weight: 5,
      typed: true,
    },
    floating: { header: 'FLOATING', value: (ip) => ip.floating, weight: 2, typed: true },
    delegated: { header: 'DELEGATED', value: (ip) => ip.is_delegated, weight: 2, typed: true },
    part_of_plan: { header: 'PART OF PLAN', value: (ip) => ip.part_of_plan, weight: 2, typed: true },
  };
}

/** Returns the view of a list of addresses. */
export function createAddressView(
  names: ResourceNames,
  options: { defaults?: readonly string[]; empty?: string } = {},
): ListView<Address> {
  return {
    columns: createAddressColumns(names),
    defaults: options.defaults ?? ['address', 'kind', 'zone', 'server', 'ptr', 'policy'],
    quiet: (ip) => ip.address,
    empty: options.empty ?? 'No addresses.',
  };
}
