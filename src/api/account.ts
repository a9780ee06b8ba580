import type { Account, Zone, ZonePrice } from '../domain/model.ts';
import { accountAnswer, priceAnswer, zoneListAnswer } from './schema.ts';
import type { Api } from './transport.ts';

/** `GET /account`: who is signed in, credits in cents, and the limits of the account. */
export async function getAccount(api: Api): Promise<Account> {
  return (await api.read(['account'], accountAnswer)).account;
}

/** `GET /zone`. */
export async function listZones(api: Api): Promise<Zone[]> {
  return (await api.read(['zone'], zoneListAnswer)).zones.zone;
}

/** `GET /price`: cents per hour, zone by zone. */
export async function listPrices(api: Api): Promise<ZonePrice[]> {
  return (await api.read(['price'], priceAnswer)).prices.zone;
}
