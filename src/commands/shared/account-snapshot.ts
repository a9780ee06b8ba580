import { getAccount, getCurrency, listPrices } from '../../api/account.ts';
import { listAddresses } from '../../api/addresses.ts';
import { listLoadBalancers } from '../../api/load-balancers.ts';
import { listServers } from '../../api/servers.ts';
import type { Api } from '../../api/transport.ts';
import type { Context } from '../../app/context.ts';
import { recoverWith } from '../../app/lookup.ts';
import { withProgress } from '../../app/progress.ts';
import { UnreachableError, type UpcError } from '../../core/errors.ts';
import type { AccountSnapshot } from '../../domain/audit/audit.ts';
import { isCheckedInDns } from '../../domain/audit/rules.ts';

/** A part of the account that could not be had, with the reason. */
export type Failed = ReadonlyMap<keyof AccountSnapshot, UpcError>;

export interface Seen {
  readonly snapshot: AccountSnapshot;
  readonly failed: Failed;
}

/** The addresses must be there; what else cannot be had is left out. */
export async function fetchSnapshot(api: Api): Promise<Seen> {
  const failed = new Map<keyof AccountSnapshot, UpcError>();
  const part = <T>(name: keyof AccountSnapshot, work: Promise<T>): Promise<T | undefined> =>
    work.catch(recoverWith(undefined, (error) => void failed.set(name, error)));
  const account = getAccount(api);
  const [addresses, servers, loadBalancers, known, prices, currency] = await Promise.all([
    listAddresses(api),
    part('servers', listServers(api)),
    part('loadBalancers', listLoadBalancers(api)),
    part('account', account),
    part('prices', listPrices(api)),
    part(
      'currency',
      account.then(({ username }) => getCurrency(api, username)),
    ),
  ]);
  return { snapshot: { addresses, servers, loadBalancers, account: known, prices, currency }, failed };
}

/** Asks DNS about the names that are the account's own. Where it answers for some only, those are judged. */
export async function askDns(context: Context, { snapshot, failed }: Seen, server: string | undefined): Promise<Seen> {
  const { pollDns } = await import('./poll-dns.ts');
  const asked = snapshot.addresses.filter(isCheckedInDns);
  const checks = await withProgress(context, 'Asking DNS', undefined, () =>
    pollDns(context, asked, { server, waitMs: 0, onWaiting: () => {} }),
  );
  const unknown = checks.filter(({ state }) => state === 'unknown');
  if (unknown.length === 0) return { snapshot: { ...snapshot, dns: checks }, failed };
  const why = unknown[0]?.error?.message ?? 'the name server does not respond';
  const error = new UnreachableError(`${unknown.length} of ${checks.length} PTR records could not be checked: ${why}.`);
  const dns = unknown.length < checks.length ? checks : undefined;
  return { snapshot: { ...snapshot, dns }, failed: new Map([...failed, ['dns', error]]) };
}

/** The parts as they are called in a sentence. */
export const partNames: Readonly<Partial<Record<keyof AccountSnapshot, string>>> = {
  servers: 'The servers',
  loadBalancers: 'The load balancers',
  account: "The account's limits",
  prices: 'The prices',
  currency: 'The currency of the account',
  dns: 'The DNS records',
};
