import { getAccount, getCurrency, listPrices } from '../../api/account.ts';
import { listAddresses } from '../../api/addresses.ts';
import { listLoadBalancers } from '../../api/load-balancers.ts';
import { listServers } from '../../api/servers.ts';
import type { Api } from '../../api/transport.ts';
import type { Context } from '../../app/context.ts';
import { createFallbackHandler } from '../../app/lookup.ts';
import { runWithProgress } from '../../app/progress.ts';
import { UnreachableError, type UpcError } from '../../core/errors.ts';
import type { AccountSnapshot } from '../../domain/audit/audit.ts';
import { isPaidButUnused, needsDnsCheck } from '../../domain/audit/rules.ts';

/** The parts of the account that could not be fetched, each with its error. */
export type FailedParts = ReadonlyMap<keyof AccountSnapshot, UpcError>;

export interface FetchedSnapshot {
  readonly snapshot: AccountSnapshot;
  readonly failed: FailedParts;
}

/**
 * Fetches everything that the audit checks. Leaves out parts that cannot be fetched.
 * @throws UpcError if the addresses cannot be fetched
 */
export async function fetchAccountSnapshot(api: Api): Promise<FetchedSnapshot> {
  const failed = new Map<keyof AccountSnapshot, UpcError>();
  const fetchPart = <T>(name: keyof AccountSnapshot, work: Promise<T>): Promise<T | undefined> =>
    work.catch(createFallbackHandler(undefined, (error) => void failed.set(name, error)));
  const [listing, account] = [listAddresses(api), getAccount(api)];
  // Fetch the currency only if there is a cost to show, because it takes another round trip.
  const currencyOfCosts = listing.then(async (ips) =>
    ips.some(isPaidButUnused) ? getCurrency(api, (await account).username) : undefined,
  );
  const [addresses, servers, loadBalancers, known, prices, currency] = await Promise.all([
    listing,
    fetchPart('servers', listServers(api)),
    fetchPart('loadBalancers', listLoadBalancers(api)),
    fetchPart('account', account),
    fetchPart('prices', listPrices(api)),
    fetchPart('currency', currencyOfCosts),
  ]);
  return { snapshot: { addresses, servers, loadBalancers, account: known, prices, currency }, failed };
}

/**
 * Adds the results of DNS queries for the custom PTR records. If some queries fail, also adds an error. If all fail, adds
 * only the error.
 * @throws InterruptedError
 */
export async function addDnsChecks(
  context: Context,
  { snapshot, failed }: FetchedSnapshot,
  server: string | undefined,
): Promise<FetchedSnapshot> {
  const { pollPtrChecks } = await import('./poll-dns.ts');
  const queried = snapshot.addresses.filter(needsDnsCheck);
  const checks = await runWithProgress(context, 'Querying DNS', undefined, () =>
    pollPtrChecks(context, queried, { server, waitMs: 0, onWaiting: () => {} }),
  );
  const unknown = checks.filter(({ state }) => state === 'unknown');
  if (unknown.length === 0) return { snapshot: { ...snapshot, dns: checks }, failed };
  const why = unknown[0]?.error?.message ?? 'the name server does not respond';
  const error = new UnreachableError(`${unknown.length} of ${checks.length} PTR records could not be checked: ${why}.`);
  const dns = unknown.length < checks.length ? checks : undefined;
  return { snapshot: { ...snapshot, dns }, failed: new Map([...failed, ['dns', error]]) };
}

/** The names of the snapshot's parts, for the beginning of a sentence. */
export const snapshotPartNames: Readonly<Partial<Record<keyof AccountSnapshot, string>>> = {
  servers: 'The servers',
  loadBalancers: 'The load balancers',
  account: "The account's limits",
  prices: 'The prices',
  currency: 'The currency of the account',
  dns: 'The DNS records',
};
