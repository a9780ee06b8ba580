import { listAddressesWithNullableFloating } from '../../api/addresses.ts';
import { getServer, listServers } from '../../api/servers.ts';
import type { Api } from '../../api/transport.ts';
import type { Context } from '../../app/context.ts';
import { createFallbackHandler } from '../../app/lookup.ts';
import { DeclinedError, UsageError } from '../../core/errors.ts';
import { assertSameZone } from '../../domain/assert-allowed.ts';
import { findServer } from '../../domain/find-server.ts';
import {
  chooseInterface,
  describeInterface,
  findInterfaceMacInList,
  findServerUuidByMac,
  listInterfacesForFloatingIps,
} from '../../domain/interface.ts';
import { isSameMac } from '../../domain/mac.ts';
import type { Address, ListedAddress, NetworkInterface, Server, ServerDetails } from '../../domain/model.ts';
import { findServerByUuid } from '../../domain/server-index.ts';
import { getServerDisplayName } from '../../domain/server-name.ts';
import { canAskQuestions, createPrompter } from '../../prompt/prompt.ts';

/** The options that name the target of a floating IP. */
export interface TargetOptions {
  readonly server?: string | undefined;
  readonly interface?: number | undefined;
  readonly mac?: string | undefined;
}

export interface TargetInterface {
  readonly server: Server;
  /** The MAC address of the interface, as the service spells it. */
  readonly mac: string;
  /** The server's interfaces that floating IPs can be on. Empty if the account's addresses already show the interface to use. */
  readonly choices: readonly NetworkInterface[];
}

/** The data of the account that is needed to find the target. */
export interface TargetLists {
  /** The addresses of the account; undefined if they were not fetched. The details of the server then show its interfaces. */
  readonly addresses?: readonly ListedAddress[] | undefined;
  readonly servers: readonly Server[];
  /** The address to attach or move; undefined if it is not created yet, or if several addresses move. */
  readonly ip?: Address;
}

/** Checks that the options name a server or an interface, before anything is sent. @throws UsageError */
export function assertTargetNamed({ server, mac }: TargetOptions): void {
  if (server === undefined && mac === undefined)
    throw new UsageError('No server given.', 'Give --server <title, hostname or UUID>, or --mac <mac>.');
}

/**
 * Fetches the lists in which the target is searched. Leaves out the addresses if they cannot help to find the interface.
 * @throws UpcError if a required list cannot be fetched
 */
export async function fetchTargetLists(api: Api, options: TargetOptions): Promise<TargetLists> {
  const [addresses, servers] = await Promise.all([fetchAddressesIfUseful(api, options), listServers(api)]);
  return { addresses, servers };
}

/**
 * Fetches the account's addresses, because they contain the MAC addresses of interfaces. With --server, a failure is no
 * error: the details of the server also contain them. With --server and --interface, returns undefined, because addresses do
 * not contain the index of the interface.
 */
async function fetchAddressesIfUseful(api: Api, options: TargetOptions): Promise<readonly ListedAddress[] | undefined> {
  if (options.server === undefined) return listAddressesWithNullableFloating(api);
  if (options.interface !== undefined) return undefined;
  return listAddressesWithNullableFloating(api).catch(createFallbackHandler(undefined));
}

/**
 * Finds the server and the interface that the options select. If several interfaces are possible, asks the user at a
 * terminal.
 * @throws UsageError, NotFoundError
 */
export async function findTargetInterface(
  context: Context,
  api: Api,
  options: TargetOptions,
  facts: TargetLists,
): Promise<TargetInterface> {
  return chooseTargetInterface(context, api, await findTargetServer(api, options, facts), options, facts);
}

/**
 * Finds the server that the options select.
 * @throws UsageError, NotFoundError
 */
export async function findTargetServer(
  api: Api,
  { server, mac }: TargetOptions,
  { addresses = [], servers }: TargetLists,
): Promise<Server> {
  if (server !== undefined) return findServer(servers, server);
  const uuid = findServerUuidByMac(addresses, mac ?? '');
  // The list of servers may lag behind the list of addresses (T-17), so fetch a server that is missing in the list.
  return findServerByUuid(servers, uuid) ?? getServer(api, uuid);
}

/**
 * Returns the interface that --interface or --mac names. Otherwise returns the interface that the address is on already, or
 * the only possible interface. If several are possible, asks the user at a terminal. Fetches the details of the server only
 * if the account's addresses do not show the interface.
 * @throws UsageError
 */
export async function chooseTargetInterface(
  context: Context,
  api: Api,
  server: Server,
  options: TargetOptions,
  { addresses, ip }: TargetLists,
): Promise<TargetInterface> {
  // Reject a server in another zone before asking for one of its interfaces.
  if (ip) assertSameZone(ip, server);
  const { interface: index, mac } = options;
  const own = mac === undefined && ip?.server === server.uuid ? ip.mac : null;
  const listed = addresses && index === undefined ? findInterfaceMacInList(addresses, server.uuid, mac) : undefined;
  if (listed !== undefined && (own === null || isSameMac(own, listed))) return { server, mac: listed, choices: [] };
  const details = await getServer(api, server.uuid);
  const choices = listInterfacesForFloatingIps(details);
  return { server: details, mac: (await chooseInterfaceOrAsk(context, details, options, own)).mac, choices };
}

/**
 * Returns the interface to use. Asks the user if several are possible.
 * @param own the MAC address of the interface that the address is on now; null if the address is not on this server
 */
async function chooseInterfaceOrAsk(
  context: Context,
  server: ServerDetails,
  options: TargetOptions,
  own: string | null,
): Promise<NetworkInterface> {
  const { interface: index, mac } = options;
  if (isInterfaceNamed(options)) return chooseInterface(server, { index, mac });
  const present = server.networking.interfaces.interface.find((one) => own !== null && isSameMac(one.mac, own));
  return present ?? chooseInterface(server, { index: await askForInterface(context, server) });
}

const isInterfaceNamed = ({ interface: index, mac }: TargetOptions): boolean =>
  index !== undefined || mac !== undefined;

/**
 * Asks for the index of one of several interfaces, and then for confirmation, so that one accidental key press moves no
 * address. Returns undefined with fewer than two interfaces or without a terminal.
 * @throws DeclinedError
 */
async function askForInterface(context: Context, server: ServerDetails): Promise<number | undefined> {
  const fitting = listInterfacesForFloatingIps(server);
  if (fitting.length < 2 || !canAskQuestions(context)) return undefined;
  const choices = fitting.map((one) => ({
    value: one.index,
    name: `${one.index}  ${describeInterface(one)}`,
    short: String(one.index),
  }));
  const asker = createPrompter(context);
  const index = await asker.select(`Which interface of ${getServerDisplayName(server)}?`, choices);
  if (await asker.confirm(`Use interface ${index} of ${getServerDisplayName(server)}?`)) return index;
  throw new DeclinedError();
}

/**
 * Warns that this command works without --interface only because the address is already on this server. In a failover script,
 * the same command would fail when the address is on another server.
 */
export function warnOfSeveralInterfaces(
  { out }: Context,
  ip: Address,
  { server, choices }: TargetInterface,
  options: TargetOptions,
): void {
  if (choices.length < 2 || isInterfaceNamed(options)) return;
  const named = choices.map(({ index }) => `--interface ${index}`).join(' or ');
  out.warn(
    `${getServerDisplayName(server)} has ${choices.length} public IPv4 interfaces. This command works without --interface only because ${ip.address} is already on one of them. In scripts, add ${named}.`,
  );
}
