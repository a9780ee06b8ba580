/** Checks what must always be true in the state of a sandbox, whatever requests change it. */
import { isDeepStrictEqual } from 'node:util';
import { indexInterfacesByMac } from '../../../src/sandbox/rules/find.ts';
import type { Address, Server, State } from '../../../src/sandbox/state.ts';

/** Returns a description of each violated invariant. */
export function findViolations(state: State): string[] {
  const known = state.addresses.map((it) => it.address);
  return [
    ...(new Set(known).size === known.length ? [] : ['an address is there twice']),
    ...state.servers.flatMap((server) => findServerViolations(state, server)),
    ...state.addresses.flatMap((it) => findLocationViolations(state, it)),
    ...state.loadBalancers.flatMap((it) => {
      const held = state.addresses.filter((address) => address.load_balancer === it.uuid).map(({ address }) => address);
      const listed = it.ip_addresses.map(({ address }) => address);
      return isDeepStrictEqual(held.sort(), listed.sort()) ? [] : [`${it.name} lists other addresses than it holds`];
    }),
  ];
}

function findServerViolations(state: State, server: Server): string[] {
  const on = (it: Address) => server.interfaces.some(({ mac }) => mac === it.mac);
  const regular = state.addresses.filter((it) => !it.floating && on(it));
  const count = (access: string) => regular.filter((it) => it.access === access).length;
  const idle = server.interfaces.filter(({ mac }) => !regular.some((it) => it.mac === mac));
  return [
    ...(count('public') <= 5 ? [] : [`${server.title} has more than five public addresses`]),
    ...(count('utility') <= 1 ? [] : [`${server.title} has more than one utility address`]),
    ...(regular.length > 0 ? [] : [`${server.title} has no address`]),
    ...idle.map(({ mac }) => `${server.title} has an interface ${mac} without a regular address`),
  ];
}

function findLocationViolations(state: State, it: Address): string[] {
  const port = it.mac === null ? undefined : indexInterfacesByMac(state).get(it.mac);
  const free = state.zones.some(({ pool }) => pool.public.includes(it.address) || pool.utility.includes(it.address));
  const fits = port?.interface.type === it.access && port.interface.family === it.family;
  return [
    ...(it.mac === null || port ? [] : [`${it.address} is on an interface that does not exist`]),
    ...(it.mac === null || it.load_balancer === null ? [] : [`${it.address} is attached and delegated`]),
    ...(it.mac !== null || it.floating ? [] : [`${it.address} is regular and on no interface`]),
    ...(!port || (fits && port.server.zone === it.zone && port.server.owner === it.owner)
      ? []
      : [`${it.address} is misplaced`]),
    ...(free ? [`${it.address} is in use and in a pool`] : []),
    ...(it.floating && (it.access !== 'public' || it.family !== 'IPv4') ? [`${it.address} cannot float`] : []),
  ];
}

/** Returns how many IPv4 addresses each zone has, free or in use. */
export function countPooledByZone(state: State): Record<string, number> {
  const isPooled = (it: Address) => it.family === 'IPv4' && it.access !== 'private';
  const countUsedAddresses = (zone: string) => state.addresses.filter((it) => it.zone === zone && isPooled(it)).length;
  const all = state.zones.map(
    ({ id, pool }) => [id, pool.public.length + pool.utility.length + countUsedAddresses(id)] as const,
  );
  return Object.fromEntries(all);
}

/** Returns the delegated addresses and where each of them is. */
export function listDelegations(state: State): object[] {
  const held = state.addresses.filter((it) => it.load_balancer !== null);
  return held.map(({ address, mac, load_balancer, floating }) => ({ address, mac, load_balancer, floating }));
}

/** Returns the utility addresses in use. No request about an address can release them (R-REL-1). */
export function listUtilityAddresses(state: State): string[] {
  return state.addresses.filter((it) => it.access === 'utility').map((it) => it.address);
}
