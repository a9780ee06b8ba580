import { listAddresses } from '../../api/addresses.ts';
import { getServer } from '../../api/servers.ts';
import type { Api } from '../../api/transport.ts';
import type { Context } from '../../app/context.ts';
import { fetchServerByName } from '../../app/lookup.ts';
import { notConfirmedError, UsageError } from '../../core/errors.ts';
import { assertSameZone } from '../../domain/assert-allowed.ts';
import { chooseInterface, describeInterface, findServerByMac, listFloatingInterfaces } from '../../domain/interface.ts';
import { isSameMac } from '../../domain/mac.ts';
import type { Address, NetworkInterface, Server, ServerDetails } from '../../domain/model.ts';
import { serverName } from '../../domain/server-name.ts';
import { ask, canAsk } from '../../prompt/prompt.ts';

/** The options that name the target of a floating IP. */
export interface TargetOptions {
  readonly server?: string | undefined;
  readonly interface?: number | undefined;
  readonly mac?: string | undefined;
}

export interface Target {
  readonly server: ServerDetails;
  readonly networkInterface: NetworkInterface;
}

/** Data that the caller has fetched or is fetching. */
interface FetchedParts {
  /** The account's addresses, searched for the given MAC address. */
  readonly addresses?: readonly Address[];
  /** The address to attach or move. Without --interface and --mac, it stays on its interface if it is on the server already. */
  readonly going?: Promise<Address>;
  readonly servers?: Promise<readonly Server[]>;
}

/**
 * Finds the server and the interface that the options mean. If several interfaces are possible, asks the user at a terminal.
 * @throws UsageError, NotFoundError
 */
export async function findTarget(
  context: Context,
  api: Api,
  options: TargetOptions,
  known: FetchedParts = {},
): Promise<Target> {
  const server = await findTargetServer(api, options, known);
  return chooseTarget(context, server, options, await known.going);
}

/**
 * Finds the server that the options mean.
 * @throws UsageError, NotFoundError
 */
export async function findTargetServer(
  api: Api,
  { server, mac }: TargetOptions,
  { addresses, servers }: FetchedParts = {},
): Promise<ServerDetails> {
  if (server !== undefined) return fetchServerByName(api, server, servers);
  if (mac === undefined)
    throw new UsageError('No server given.', 'Give --server <title, hostname or UUID>, or --mac <mac>.');
  return getServer(api, findServerByMac(addresses ?? (await listAddresses(api)), mac));
}

/**
 * Chooses the interface: the one that the options name, the one that the address is on already, or the only one. If several
 * are possible, asks the user at a terminal.
 * @param ip the address to attach or move; undefined if it is not created yet, or if several addresses move
 * @throws UsageError
 */
export async function chooseTarget(
  context: Context,
  server: ServerDetails,
  options: TargetOptions,
  ip?: Address,
): Promise<Target> {
  // Reject a server in another zone before asking for one of its interfaces.
  if (ip) assertSameZone(ip, server);
  const { interface: index, mac } = options;
  if (isInterfaceNamed(options)) return { server, networkInterface: chooseInterface(server, { index, mac }) };
  const now = ip?.mac ?? null;
  const own = server.networking.interfaces.interface.find(
    (networkInterface) => now !== null && isSameMac(networkInterface.mac, now),
  );
  return {
    server,
    networkInterface: own ?? chooseInterface(server, { index: await askForInterface(context, server) }),
  };
}

const isInterfaceNamed = ({ interface: index, mac }: TargetOptions): boolean =>
  index !== undefined || mac !== undefined;

/**
 * Asks for the index of one of several interfaces, and then for confirmation, so that one accidental key press moves no address.
 * Returns undefined if there are not several or there is no terminal.
 * @throws UsageError if the user declines
 */
async function askForInterface(context: Context, server: ServerDetails): Promise<number | undefined> {
  const fitting = listFloatingInterfaces(server);
  if (fitting.length < 2 || !canAsk(context)) return undefined;
  const choices = fitting.map((one) => ({
    value: one.index,
    name: `${one.index}  ${describeInterface(one)}`,
    short: String(one.index),
  }));
  const asker = ask(context);
  const index = await asker.select(`Which interface of ${serverName(server)}?`, choices);
  if (await asker.confirm(`Use interface ${index} of ${serverName(server)}?`)) return index;
  throw notConfirmedError();
}

/**
 * Warns that the command needs --interface when the address is on another server. It changes nothing now, so it succeeds without
 * that option. A failover script that was tested in this state would fail when it is needed.
 */
export function warnOfSeveralInterfaces(
  { out }: Context,
  ip: Address,
  { server }: Target,
  options: TargetOptions,
): void {
  const fitting = listFloatingInterfaces(server);
  if (fitting.length < 2 || isInterfaceNamed(options)) return;
  const choices = fitting.map(({ index }) => `--interface ${index}`).join(' or ');
  out.warn(
    `${serverName(server)} has ${fitting.length} public IPv4 interfaces: if ${ip.address} were not on one of them, this command would need ${choices}.`,
  );
}
