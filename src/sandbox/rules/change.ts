/** The small steps every change is made of. Each takes a state and returns the next. */
import type { Access, Address, Family, Interface, Server, State, Zone } from '../state.ts';
import { refuse } from './api-error.ts';

function withPool(state: State, zone: string, access: Access, change: (pool: readonly string[]) => string[]): State {
  const changed = (it: Zone): Zone => ({ ...it, pool: { ...it.pool, [access]: change(it.pool[access]) } });
  return { ...state, zones: state.zones.map((it) => (it.id === zone ? changed(it) : it)) };
}

/** Takes the address at the front of the zone's pool, or the one wished for (R-ASG-5, R-ASG-7). */
export function takeFromPool(
  state: State,
  zone: string,
  access: Access,
  requested?: string,
): { readonly state: State; readonly address: string } {
  const pool = state.zones.find((it) => it.id === zone)?.pool[access] ?? [];
  const address = requested ?? pool[0];
  if (address === undefined || !pool.includes(address)) {
    const why = `There are not enough IP addresses available in zone ${zone}.`;
    return refuse(409, 'IP_ADDRESS_RESOURCES_UNAVAILABLE', why);
  }
  return { state: withPool(state, zone, access, (free) => free.filter((it) => it !== address)), address };
}

export function addAddress(state: State, address: Address): State {
  return { ...state, addresses: [...state.addresses, address] };
}

export function replaceAddress(state: State, next: Address): State {
  return { ...state, addresses: state.addresses.map((it) => (it.address === next.address ? next : it)) };
}

/** Deletes an address and gives it back to its zone (R-REL-5). IPv6 addresses come from a MAC, not from a pool. */
export function deleteAddress(state: State, gone: Address): State {
  const left = { ...state, addresses: state.addresses.filter((it) => it.address !== gone.address) };
  if (gone.family === 'IPv6') return left;
  return withPool(left, gone.zone, gone.access, (free) => [...free, gone.address]);
}

/** The address on no interface and in no service: from now on a floating one (R-POL-2, R-DEL-2, R-MOD-B). */
export function detached(address: Address): Address {
  return { ...address, floating: true, part_of_plan: false, mac: null, load_balancer: null };
}

export function replaceServer(state: State, next: Server): State {
  return { ...state, servers: state.servers.map((it) => (it.uuid === next.uuid ? next : it)) };
}

/** The networks of the real service: one public, one utility. */
const NETWORKS = {
  public: '03000000-0000-4000-8095-000000000000',
  utility: '03000000-0000-4000-8001-000000000000',
} as const;

export function makeInterface(index: number, type: Interface['type'], family: Family, mac: string): Interface {
  return { index, type, family, mac, network: NETWORKS[type] };
}

export function addInterface(state: State, server: Server, type: Access, family: Family, mac: string): State {
  const taken = new Set(server.interfaces.map((it) => it.index));
  let index = 1;
  while (taken.has(index)) index += 1;
  const interfaces = [...server.interfaces, makeInterface(index, type, family, mac)];
  return replaceServer(state, { ...server, interfaces: interfaces.sort((a, b) => a.index - b.index) });
}

export function removeInterface(state: State, server: Server, mac: string): State {
  return replaceServer(state, { ...server, interfaces: server.interfaces.filter((it) => it.mac !== mac) });
}
