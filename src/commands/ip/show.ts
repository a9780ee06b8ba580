import pLimit from 'p-limit';
import { getAddressByAnySpelling } from '../../api/addresses.ts';
import { listLoadBalancers } from '../../api/load-balancers.ts';
import { getServer, listServers } from '../../api/servers.ts';
import type { Api } from '../../api/transport.ts';
import { defineCommand } from '../../app/command.ts';
import type { Context } from '../../app/context.ts';
import { createFallbackHandler } from '../../app/lookup.ts';
import { isAddressConfigured } from '../../app/machine.ts';
import { runWithProgress } from '../../app/progress.ts';
import { findOwnServerUuid } from '../../app/self.ts';
import { exit } from '../../core/errors.ts';
import { SilentExit } from '../../core/exit-silently.ts';
import { createAddressDetails, findDhcpProvided } from '../../domain/address-details.ts';
import { addressPredicates } from '../../domain/completion-predicates.ts';
import type { Address, LoadBalancer, ServerDetails } from '../../domain/model.ts';
import { readOnlyCommandExitCodes } from '../../help/sections.ts';
import { createAddressCard } from '../../output/address-card.ts';
import type { Card } from '../../output/card.ts';
import { readRequestedAddresses } from '../shared/bulk.ts';
import { createAllFailedError, createFailureHandler, FailedAddress } from '../shared/failed-item.ts';
import { createAddressesArgument } from '../shared/shared-options.ts';

export default defineCommand<[addresses: string[]]>({
  summary: 'Show addresses: server, interface, reverse DNS, and what happens when the server is deleted',
  arguments: [
    { ...createAddressesArgument('IP addresses in any valid spelling', addressPredicates.exist), isAskedOnce: true },
  ],
  examples: [
    'upc ip show 192.0.2.10 --sandbox',
    'upc ip show 192.0.2.10 192.0.2.50 --sandbox --json',
    'upc ip list --detached -q --sandbox | upc ip show - --sandbox',
  ],
  notes: ['If some of several addresses cannot be fetched, a warning on stderr names each of them.'],
  json: 'one address, with server_details, interface, delegated_to, on_deletion and on_this_machine; for several addresses or -, an array',
  exits: [
    ...readOnlyCommandExitCodes,
    [5, 'no such address'],
    [6, 'some addresses could not be shown, or all failed for different reasons'],
  ],
  run: (context, [addresses]) => showAddresses(context, addresses),
});

async function showAddresses(context: Context, args: readonly string[]): Promise<void> {
  const requested = await readRequestedAddresses(context, args);
  const api = await context.api();
  const fetchCard = createAddressCardFetcher(context, api);
  const [only] = requested;
  if (args.length === 1 && args[0] !== '-' && only !== undefined) return context.out.card(await fetchCard(only));
  if (requested.length === 0) context.out.note('No addresses given: nothing to show.');
  const limit = pLimit(CONCURRENCY);
  const results = await runWithProgress(context, 'Loading addresses', requested.length, (tick) =>
    Promise.all(
      requested.map((address) => limit(() => fetchCard(address).catch(createFailureHandler(address)).finally(tick))),
    ),
  );
  const failures = results.filter((result) => result instanceof FailedAddress);
  const cards = results.filter((result): result is Card => !(result instanceof FailedAddress));
  if (failures.length > 0 && cards.length === 0) throw createAllFailedError(failures);
  await context.out.cards(cards);
  for (const { line } of failures) context.out.warn(line);
  if (failures.length > 0) throw new SilentExit(exit.partial);
}

/** The number of addresses that are fetched at the same time. */
const CONCURRENCY = 8;

/** Returns a function that fetches what `show` prints about an address. Each server and the load balancers are fetched once. */
function createAddressCardFetcher(context: Context, api: Api): (address: string) => Promise<Card> {
  const servers = new Map<string, Promise<ServerDetails | undefined>>();
  let services: Promise<LoadBalancer[] | undefined> | undefined;
  const fetchServerOnce = (uuid: string) => {
    const fetching = servers.get(uuid) ?? getServer(api, uuid).catch(createWarningHandler(context, 'The server'));
    servers.set(uuid, fetching);
    return fetching;
  };
  const fetchLoadBalancersOnce = () => {
    services ??= listLoadBalancers(api).catch(createWarningHandler(context, 'The load balancers'));
    return services;
  };
  let self: Promise<string | undefined> | undefined;
  /**
   * Returns whether an interface of this machine has the address now. Returns null if this machine is not the server of the
   * address, or if upc cannot find out which server this machine is.
   */
  const isOnThisMachine = async ({ address }: Address, server: ServerDetails | undefined): Promise<boolean | null> => {
    if (server === undefined) return null;
    self ??= findOwnServerUuid(context, () => listServers(api));
    return (await self) === server.uuid ? isAddressConfigured(context.machine, address) : null;
  };
  return async (address) => {
    const ip = await getAddressByAnySpelling(api, address);
    const [server, holders] = await Promise.all([
      ip.server === null ? undefined : fetchServerOnce(ip.server),
      ip.is_delegated === 'yes' ? fetchLoadBalancersOnce() : [],
    ]);
    const facts = { dhcp: findDhcpProvided(ip, server), local: await isOnThisMachine(ip, server) };
    return createAddressCard(ip, createAddressDetails(ip, server, holders), facts, context.out.settings.upc);
  };
}

/**
 * Returns an error handler that only warns: the address can be shown without these details, but their absence must be
 * visible.
 */
function createWarningHandler({ out }: Context, what: string): (error: unknown) => undefined {
  return createFallbackHandler(undefined, ({ message }) => out.warn(`${what} could not be fetched: ${message}`));
}
