import { UsageError } from '../core/errors.ts';
import { shellSafeWord } from '../core/shell-safe-word.ts';
import { isSameMac } from './mac.ts';
import type { Address, NetworkInterface, ServerDetails } from './model.ts';
import { serverName } from './server-name.ts';

/** What a user said about the interface: nothing, its index, or its MAC address. */
export interface InterfaceWish {
  readonly index?: number | undefined;
  readonly mac?: string | undefined;
}

/** Whether floating IPs can sit on it: public, and IPv4 (R-MOD-4). */
function carriesFloating(nic: NetworkInterface): boolean {
  const regular = nic.ip_addresses.ip_address.filter(({ floating }) => floating !== 'yes');
  return nic.type === 'public' && (regular.length === 0 || regular.some(({ family }) => family === 'IPv4'));
}

/** Returns the interfaces of a server that floating IPs can be on. */
export function interfacesForFloating(server: ServerDetails): readonly NetworkInterface[] {
  return server.networking.interfaces.interface.filter(carriesFloating);
}

/**
 * The interface of a server that a floating IP goes to: the public IPv4 one, or the one that was named.
 * @throws UsageError that lists what there is to choose from
 */
export function chooseInterface(server: ServerDetails, wish: InterfaceWish): NetworkInterface {
  const fitting = interfacesForFloating(server);
  const named = fitting.filter(({ index, mac }) => (wish.index ?? index) === index && isSameMac(wish.mac ?? mac, mac));
  const [only] = named;
  if (only && named.length === 1) return only;
  if (fitting.length === 0) {
    throw new UsageError(
      `Server '${serverName(server)}' has no public IPv4 interface, which a floating IP needs.`,
      (upc) =>
        `Give it a public IPv4 address first: ${upc(`ip assign --server ${shellSafeWord('server', server.uuid)}`)}`,
      'INTERFACE_MISSING',
    );
  }
  const isNamed = wish.index !== undefined || wish.mac !== undefined;
  const problem = isNamed
    ? `Server '${serverName(server)}' has no public IPv4 interface ${wish.index ?? wish.mac}.`
    : `Server '${serverName(server)}' has ${fitting.length} public IPv4 interfaces.`;
  throw new UsageError(problem, ['Pick one:', ...fitting.map(described)], 'INTERFACE_AMBIGUOUS');
}

function described({ index, mac, ip_addresses }: NetworkInterface): string {
  const addresses = ip_addresses.ip_address.map(({ address }) => address).join(', ');
  return `  --interface ${index}  (${[mac, addresses].filter(Boolean).join(', ')})`;
}

/**
 * The server that an interface belongs to, as the account's addresses tell it.
 * @throws UsageError where none of them is on a public IPv4 interface with this MAC address
 */
export function serverOfMac(addresses: readonly Address[], mac: string): string {
  const on = addresses.find((ip) => isSameMac(ip.mac, mac) && ip.access === 'public' && ip.family === 'IPv4');
  if (on?.server) return on.server;
  throw new UsageError(
    `No public IPv4 interface on this account has the MAC address ${mac}.`,
    'Give the server instead: its interface is then found for you.',
    'MAC_INVALID',
  );
}
