import type { CommandLine } from '../app/command-line.ts';
import type { Context } from '../app/context.ts';
import { type IndexedCompletionFacts, indexCompletionFacts } from '../domain/completion-predicates.ts';
import type { Address, LoadBalancer, NetworkInterface, Server } from '../domain/model.ts';

interface AccountLists {
  readonly addresses: Promise<Address[]>;
  readonly servers: Promise<Server[]>;
  readonly loadBalancers: Promise<LoadBalancer[]>;
}

/**
 * Caches the account's addresses, servers and load balancers for each context. Completing one command line fetches each list
 * only once.
 */
const fetchedLists = new WeakMap<Context, Promise<AccountLists>>();

async function fetchAccountLists(silent: Context, { command }: CommandLine): Promise<AccountLists> {
  const { listAddresses } = await import('../api/addresses.ts');
  const { listServers } = await import('../api/servers.ts');
  const { listLoadBalancers } = await import('../api/load-balancers.ts');
  const api = await silent.api();
  const namesOne = command?.options?.some(({ source }) => source === 'load-balancer') === true;
  const lists = {
    addresses: listAddresses(api),
    servers: listServers(api),
    loadBalancers: namesOne ? listLoadBalancers(api) : Promise.resolve([]),
  };
  // A request may fail before its result is awaited. Without this line, the unhandled rejection would end the process.
  for (const list of Object.values(lists)) list.catch(() => {});
  return lists;
}

/**
 * Fetches the account's data. Completion and prompts use it to leave out values that the command would reject.
 * @param needsServers whether to throw if the servers cannot be fetched; if false, the result has no servers in this case
 * @throws any error of the API
 */
export async function fetchCompletionFacts(
  silent: Context,
  line: CommandLine,
  needsServers: boolean,
): Promise<IndexedCompletionFacts> {
  const { createFallbackHandler } = await import('../app/lookup.ts');
  const loading = fetchedLists.get(silent) ?? fetchAccountLists(silent, line);
  fetchedLists.set(silent, loading);
  const lists = await loading;
  const [addresses, servers, loadBalancers] = await Promise.all([
    lists.addresses,
    needsServers ? lists.servers : lists.servers.catch(createFallbackHandler([])),
    lists.loadBalancers,
  ]);
  return indexCompletionFacts({ args: line.args, given: line.given, addresses, servers, loadBalancers });
}

/**
 * Fetches a server's network interfaces to which a floating IP can be attached. An option names the server. Without such an
 * option, uses the server of the only address on the command line. Returns an empty list if no server is found.
 * @param options the attribute names of the options that can name the server
 */
export async function fetchInterfaces(
  silent: Context,
  line: CommandLine,
  options: readonly string[],
): Promise<readonly NetworkInterface[]> {
  const { getServer } = await import('../api/servers.ts');
  const { listInterfacesForFloatingIps } = await import('../domain/interface.ts');
  const situation = await fetchCompletionFacts(silent, line, true);
  const [ip, ...others] = situation.named;
  const isNamed = options.some((name) => line.given.has(name));
  const own = others.length === 0 ? (ip?.server ?? undefined) : undefined;
  const uuid = isNamed ? options.map((name) => situation.namedServers.get(name)).find(Boolean)?.uuid : own;
  return uuid === undefined ? [] : listInterfacesForFloatingIps(await getServer(await silent.api(), uuid));
}
