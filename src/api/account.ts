import { UnexpectedResponseError } from '../core/errors.ts';
import type { Account, Zone, ZonePrice } from '../domain/model.ts';
import {
  accountDetailsResponseSchema,
  accountResponseSchema,
  priceListResponseSchema,
  zoneListResponseSchema,
} from './schema.ts';
import type { Api } from './transport.ts';

/** Fetches the username, the credits in cents and the limits of the account (`GET /account`). */
export async function getAccount(api: Api): Promise<Account> {
  return (await api.read(['account'], accountResponseSchema)).account;
}

/** A username becomes part of a request path. Only these characters are allowed, so that no username can change the path. */
const USERNAME = /^[\w-][\w.@+-]{0,99}$/;

/**
 * Fetches the currency of the account, such as `EUR` (`GET /account/details/{username}`).
 * @throws UpcError if the API rejects the request, for example if a subaccount may not read the details;
 *   UnexpectedResponseError if the username or the response cannot be used
 */
export async function getCurrency(api: Api, username: string): Promise<string> {
  if (!USERNAME.test(username))
    throw new UnexpectedResponseError('The API sent a username that cannot be used in a request.');
  const path = ['account', 'details', encodeURIComponent(username)];
  return (await api.read(path, accountDetailsResponseSchema)).account.currency;
}

/** Fetches all zones of UpCloud (`GET /zone`). */
export async function listZones(api: Api): Promise<Zone[]> {
  return (await api.read(['zone'], zoneListResponseSchema)).zones.zone;
}

/** Fetches the prices of each zone, in cents of the account's currency per hour (`GET /price`). */
export async function listPrices(api: Api): Promise<ZonePrice[]> {
  return (await api.read(['price'], priceListResponseSchema)).prices.zone;
}
