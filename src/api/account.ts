import { UnexpectedResponseError } from '../core/errors.ts';
import type { Account, Zone, ZonePrice } from '../domain/model.ts';
import { accountResponse, accountDetailsResponse, priceListResponse, zoneListResponse } from './schema.ts';
import type { Api } from './transport.ts';

/** `GET /account`: who is signed in, credits in cents, and the limits of the account. */
export async function getAccount(api: Api): Promise<Account> {
  return (await api.read(['account'], accountResponse)).account;
}

/** What a path can carry of a name, so that a strange answer of the API is not sent back to it. */
const USERNAME = /^[\w-][\w.@+-]{0,99}$/;

/**
 * `GET /account/details/{username}`: the currency of the account, such as `EUR`.
 * @throws UpcError for a refusal, which a subaccount without the right to see it may get; UnexpectedResponseError
 */
export async function getCurrency(api: Api, username: string): Promise<string> {
  if (!USERNAME.test(username)) throw new UnexpectedResponseError('The name of the account cannot be put into a request.');
  const path = ['account', 'details', encodeURIComponent(username)];
  return (await api.read(path, accountDetailsResponse)).account.currency;
}

/** `GET /zone`. */
export async function listZones(api: Api): Promise<Zone[]> {
  return (await api.read(['zone'], zoneListResponse)).zones.zone;
}

/** `GET /price`: cents of the account's currency per hour, zone by zone. */
export async function listPrices(api: Api): Promise<ZonePrice[]> {
  return (await api.read(['price'], priceListResponse)).prices.zone;
}
