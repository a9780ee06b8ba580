import { UsageError } from '../core/errors.ts';
import { chooseShellSafeWord } from '../core/shell-safe-word.ts';
import { isSameMac } from './mac.ts';
import type { ListedAddress, NetworkInterface, ServerDetails } from './model.ts';
import { getServerDisplayName } from './server-name.ts';

/**
 * The interface that the user requests, by index or MAC address. If both are undefined, the server's only suitable interface
 * is used.
 */
export interface InterfaceRequest {
  readonly index?: number | undefined;
  readonly mac?: string | undefined;
}

/** Returns whether the interface can carry floating IPs: only public IPv4 interfaces can (R-MOD-4). */
function canHaveFloatingIp(networkInterface: NetworkInterface): boolean {
  const regular = networkInterface.ip_addresses.ip_address.filter(({ floating }) => floating !== 'yes');
  return (
    networkInterface.type === 'public' && (regular.length === 0 || regular.some(({ family }) => family === 'IPv4'))
  );
}

/** Returns the interfaces of a server that can carry floating IPs. */
export function listInterfacesForFloatingIps(server: ServerDetails): readonly NetworkInterface[] {
  return server.networking.interfaces.interface.filter(canHaveFloatingIp);
}

/**
 * Returns the interface of a server for a floating IP: the requested one, or the only public IPv4 interface.
 * @throws UsageError that lists the interfaces to choose from
 */
export function chooseInterface(server: ServerDetails, requested: InterfaceRequest): NetworkInterface {
  const suitable = listInterfacesForFloatingIps(server);
  const matching = suitable.filter(
    ({ index, mac }) => (requested.index ?? index) === index && isSameMac(requested.mac ?? mac, mac),
  );
  const [only] = matching;
  if (only && matching.length === 1) return only;
  if (suitable.length === 0) {
    throw new UsageError(
      `Server '${getServerDisplayName(server)}' has no public IPv4 interface, which a floating IP needs.`,
      (upc) =>
        `Assign a public IPv4 address first: ${upc(`ip assign --server ${chooseShellSafeWord('server', server.uuid)}`)}`,
      'INTERFACE_MISSING',
    );
  }
  const isRequested = requested.index !== undefined || requested.mac !== undefined;
  const wanted = requested.index === undefined ? `the MAC address ${requested.mac}` : `index ${requested.index}`;
  const problem = isRequested
    ? `Server '${getServerDisplayName(server)}' has no public IPv4 interface with ${wanted}.`
    : `Server '${getServerDisplayName(server)}' has ${suitable.length} public IPv4 interfaces.`;
  throw new UsageError(
    problem,
    ['Choose one:', ...suitable.map((one) => `  --interface ${one.index}  (${describeInterface(one)})`)],
    'INTERFACE_AMBIGUOUS',
  );
}

/**
 * Finds the server's interface for a floating IP in the account's list of addresses, and returns its MAC address. The server
 * must have exactly one suitable interface in the list, with a regular public IPv4 address. Otherwise, or if the API does
 * not report which addresses are regular (R-GET-4), returns undefined. The caller must then fetch the server. The list may
 * be out of date (T-17).
 * @param mac the MAC address of the requested interface; undefined if none was requested
 */
export function findInterfaceMacInList(
  addresses: readonly ListedAddress[],
  uuid: string,
  mac?: string,
): string | undefined {
  const on = addresses.filter((ip) => ip.server === uuid && ip.access === 'public' && ip.family === 'IPv4');
  const candidates = mac === undefined ? on : on.filter((ip) => isSameMac(ip.mac, mac));
  const regular = candidates.find(({ floating }) => floating === 'no');
  return regular?.mac && candidates.every((ip) => isSameMac(ip.mac, regular.mac)) ? regular.mac : undefined;
}

/** Describes a public IPv4 interface, so that the user can distinguish the interfaces of a server. */
export function describeInterface({ mac, ip_addresses }: NetworkInterface): string {
  return ['public IPv4', mac, ...ip_addresses.ip_address.map(({ address }) => address)].join(', ');
}

/**
 * Returns the UUID of the server that an interface belongs to, according to the account's addresses.
 * @throws UsageError if no address is on a public IPv4 interface with this MAC address
 */
export function findServerUuidByMac(addresses: readonly ListedAddress[], mac: string): string {
  const on = addresses.find((ip) => isSameMac(ip.mac, mac) && ip.access === 'public' && ip.family === 'IPv4');
  if (on?.server) return on.server;
  throw new UsageError(
    `No public IPv4 interface on this account has the MAC address ${mac}.`,
    'Give the server instead: upc then finds its interface.',
    'MAC_INVALID',
  );
}
