/** Finding what a request names, and refusing what is not there or not the account's own. */
import type { Account, Address, Interface, Server, State, Zone } from '../state.ts';
import { invalid, reject } from './api-error.ts';
import { familyOf, parseUuid } from './syntax.ts';

export interface Port {
  readonly server: Server;
  readonly interface: Interface;
}

/**
 * Interfaces by MAC. Kept per list of servers, which never changes once made, so that a list of a hundred thousand addresses
 * does not search the servers a hundred thousand times.
 */
const portsByServers = new WeakMap<readonly Server[], ReadonlyMap<string, Port>>();

export function ports(state: State): ReadonlyMap<string, Port> {
  const known = portsByServers.get(state.servers);
  if (known) return known;
  const pairs = state.servers.flatMap((server) => server.interfaces.map((it): Port => ({ server, interface: it })));
  const map = new Map(pairs.map((port) => [port.interface.mac, port]));
  portsByServers.set(state.servers, map);
  return map;
}

/** R-GET-2, R-GET-3, R-REL-4: an IPv6 address in another spelling than its own is not found. */
export function ownAddress(state: State, account: Account, text: string): Address {
  if (!familyOf(text)) return invalid('ip_address');
  const found = state.addresses.find((it) => it.address === text && isVisible(it, account));
  if (!found) return reject(404, 'IP_ADDRESS_NOT_FOUND', `The IP address ${text} does not exist.`);
  if (found.owner === account.username) return found;
  return reject(403, 'IP_ADDRESS_FORBIDDEN', `The IP address ${text} belongs to another account.`);
}

/** R-MOD-7: the addresses of SDN networks mean something only within their account. */
function isVisible(it: Address, account: Account): boolean {
  return it.access !== 'private' || it.owner === account.username;
}

/** R-ASG-3. */
export function ownServer(state: State, account: Account, text: string): Server {
  const uuid = parseUuid(text);
  if (!uuid) return invalid('server');
  const found = state.servers.find((it) => it.uuid === uuid);
  if (!found) return reject(404, 'SERVER_NOT_FOUND', `The server ${uuid} does not exist.`);
  if (found.owner === account.username) return found;
  return reject(403, 'SERVER_FORBIDDEN', `The server ${uuid} is owned by another account.`);
}

/** R-FLT-3, R-MOD-C: an interface nobody knows, another account's among them, is an invalid MAC. */
export function ownPort(state: State, account: Account, mac: string): Port {
  const port = ports(state).get(mac);
  return port?.server.owner === account.username ? port : invalid('mac');
}

/** R-MOD-4: the only kind of interface that carries floating addresses. */
export function publicIPv4Port(state: State, account: Account, mac: string): Port {
  const port = ownPort(state, account, mac);
  return port.interface.type === 'public' && port.interface.family === 'IPv4' ? port : invalid('mac');
}

export function knownZone(state: State, id: string): Zone {
  return state.zones.find((zone) => zone.id === id) ?? invalid('zone');
}

/** Everything on a server, floating addresses included. */
export function addressesOn(state: State, server: Server): readonly Address[] {
  const macs = new Set(server.interfaces.map((it) => it.mac));
  return state.addresses.filter((it) => it.mac !== null && macs.has(it.mac));
}

/** The server an address is attached to, if any. */
export function serverOf(state: State, address: Address): Server | undefined {
  return address.mac === null ? undefined : ports(state).get(address.mac)?.server;
}
