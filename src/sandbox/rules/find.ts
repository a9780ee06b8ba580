/** Finds the objects that a request names. Rejects objects that do not exist or belong to another account. */
import type { Account, Address, Server, ServerInterface, State, Zone } from '../state.ts';
import { reject, rejectInvalidAttribute } from './api-error.ts';
import { detectFamily, parseUuid } from './syntax.ts';

export interface AttachedInterface {
  readonly server: Server;
  readonly interface: ServerInterface;
}

/**
 * The interfaces by MAC, cached for each list of servers. A list of servers is never modified, so a cached value stays
 * correct. Without the cache, listing 100,000 addresses would search the servers 100,000 times.
 */
const interfacesByServers = new WeakMap<readonly Server[], ReadonlyMap<string, AttachedInterface>>();

export function indexInterfacesByMac(state: State): ReadonlyMap<string, AttachedInterface> {
  const known = interfacesByServers.get(state.servers);
  if (known) return known;
  const pairs = state.servers.flatMap((server) =>
    server.interfaces.map((it): AttachedInterface => ({ server, interface: it })),
  );
  const map = new Map(pairs.map((port) => [port.interface.mac, port]));
  interfacesByServers.set(state.servers, map);
  return map;
}

/** Finds an address of the account. An IPv6 address must be spelled as in the API's responses (R-GET-2, R-GET-3, R-REL-4). */
export function findOwnAddress(state: State, account: Account, text: string): Address {
  if (!detectFamily(text)) return rejectInvalidAttribute('ip_address');
  const found = state.addresses.find((it) => it.address === text && isVisibleToAccount(it, account));
  if (!found) return reject(404, 'IP_ADDRESS_NOT_FOUND', `The IP address ${text} does not exist.`);
  if (found.owner === account.username) return found;
  return reject(403, 'IP_ADDRESS_FORBIDDEN', `The IP address ${text} belongs to another account.`);
}

/** Returns whether the account can see the address. An address of an SDN network is visible only to its owner (R-MOD-7). */
function isVisibleToAccount(it: Address, account: Account): boolean {
  return it.access !== 'private' || it.owner === account.username;
}

/** Finds a server of the account by its UUID (R-ASG-3). */
export function findOwnServer(state: State, account: Account, text: string): Server {
  const uuid = parseUuid(text);
  if (!uuid) return rejectInvalidAttribute('server');
  const found = state.servers.find((it) => it.uuid === uuid);
  if (!found) return reject(404, 'SERVER_NOT_FOUND', `The server ${uuid} does not exist.`);
  if (found.owner === account.username) return found;
  return reject(403, 'SERVER_FORBIDDEN', `The server ${uuid} is owned by another account.`);
}

/** Finds an interface of the account by its MAC. Rejects a MAC that the account does not have (R-FLT-3, R-MOD-C). */
export function findOwnInterface(state: State, account: Account, mac: string): AttachedInterface {
  const port = indexInterfacesByMac(state).get(mac);
  return port?.server.owner === account.username ? port : rejectInvalidAttribute('mac');
}

/** Finds a public IPv4 interface by its MAC. Rejects other interfaces, because they cannot have floating IPs (R-MOD-4). */
export function findPublicIPv4Interface(state: State, account: Account, mac: string): AttachedInterface {
  const port = findOwnInterface(state, account, mac);
  return port.interface.type === 'public' && port.interface.family === 'IPv4' ? port : rejectInvalidAttribute('mac');
}

export function findZone(state: State, id: string): Zone {
  return state.zones.find((zone) => zone.id === id) ?? rejectInvalidAttribute('zone');
}

/** Returns all addresses of a server, including floating IPs. */
export function listAddressesOnServer(state: State, server: Server): readonly Address[] {
  const macs = new Set(server.interfaces.map((it) => it.mac));
  return state.addresses.filter((it) => it.mac !== null && macs.has(it.mac));
}

/** Returns the server to which an address is attached. Returns undefined if the address is not attached. */
export function findServerOfAddress(state: State, address: Address): Server | undefined {
  return address.mac === null ? undefined : indexInterfacesByMac(state).get(address.mac)?.server;
}
