/** Functions that rules use to change the state. Each function takes a state and returns the changed state. */
import type { Access, Address, Server, ServerInterface, State, Zone } from '../state.ts';
import { reject } from './api-error.ts';

type PoolAccess = Exclude<Access, 'private'>;

function changeZonePool(
  state: State,
  zone: string,
  access: PoolAccess,
  change: (pool: readonly string[]) => string[],
): State {
  const changePool = (it: Zone): Zone => ({ ...it, pool: { ...it.pool, [access]: change(it.pool[access]) } });
  return { ...state, zones: state.zones.map((it) => (it.id === zone ? changePool(it) : it)) };
}

/**
 * Takes the requested address from the zone's pool. Without a requested address, takes the first free one (R-ASG-5,
 * R-ASG-7).
 */
export function takeAddressFromPool(
  state: State,
  zone: string,
  access: PoolAccess,
  requested?: string,
): { readonly state: State; readonly address: string } {
  const pool = state.zones.find((it) => it.id === zone)?.pool[access] ?? [];
  const address = requested ?? pool[0];
  if (address === undefined || !pool.includes(address)) {
    const why = `There are not enough IP addresses available in zone ${zone}.`;
    return reject(409, 'IP_ADDRESS_RESOURCES_UNAVAILABLE', why);
  }
  return { state: changeZonePool(state, zone, access, (free) => free.filter((it) => it !== address)), address };
}

export function addAddress(state: State, address: Address): State {
  return { ...state, addresses: [...state.addresses, address] };
}

export function replaceAddress(state: State, next: Address): State {
  return {
    ...state,
    addresses: state.addresses.map((it) => (it.address === next.address && it.access !== 'private' ? next : it)),
  };
}

/**
 * Returns whether two records describe the same address. Two SDN networks may contain equal addresses, so private addresses
 * must also have the same MAC.
 */
function isSameAddressRecord(one: Address, other: Address): boolean {
  return one.address === other.address && (one.access !== 'private' || one.mac === other.mac);
}

/**
 * Deletes an address. A public or utility IPv4 address returns to the pool of its zone (R-REL-5); other addresses have no
 * pool.
 */
export function deleteAddress(state: State, gone: Address): State {
  const left = { ...state, addresses: state.addresses.filter((it) => !isSameAddressRecord(it, gone)) };
  if (gone.family === 'IPv6' || gone.access === 'private') return left;
  return changeZonePool(left, gone.zone, gone.access, (free) => [...free, gone.address]);
}

/** Returns the address as a detached floating IP, also if the address was regular (R-POL-2, R-DEL-2, R-MOD-B). */
export function detachAddress(address: Address): Address {
  return { ...address, floating: true, part_of_plan: false, mac: null, load_balancer: null };
}

export function replaceServer(state: State, next: Server): State {
  return { ...state, servers: state.servers.map((it) => (it.uuid === next.uuid ? next : it)) };
}

/** Detaches floating IPs whose interface is removed. */
export function detachAddresses(state: State, floating: readonly Address[]): State {
  return floating.reduce((next, it) => replaceAddress(next, detachAddress(it)), state);
}

/** Adds an interface at the given index, or else at the first free index. */
export function addInterface(
  state: State,
  server: Server,
  made: Omit<ServerInterface, 'index'>,
  index?: number,
): State {
  const interfaces = [...server.interfaces, { ...made, index: index ?? findFreeInterfaceIndex(server) }];
  return replaceServer(state, { ...server, interfaces: interfaces.sort((a, b) => a.index - b.index) });
}

function findFreeInterfaceIndex(server: Server): number {
  const taken = new Set(server.interfaces.map((it) => it.index));
  let index = 1;
  while (taken.has(index)) index += 1;
  return index;
}

export function removeInterface(state: State, server: Server, mac: string): State {
  return replaceServer(state, { ...server, interfaces: server.interfaces.filter((it) => it.mac !== mac) });
}
