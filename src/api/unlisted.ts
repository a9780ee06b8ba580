import pLimit from 'p-limit';
import { exit, UpcError } from '../core/errors.ts';
import { addressKey } from '../domain/address.ts';
import type { Address } from '../domain/model.ts';
import { indexByAddress, getAddress } from './addresses.ts';
import type { Api } from './transport.ts';

/** How many addresses are fetched at a time. */
const CONCURRENCY = 8;

/**
 * Completes the account's list with those of the requested addresses that it lacks and a GET finds: the list may lag behind
 * a create by seconds (T-17), and nothing is called missing before it was asked for by itself.
 * @throws UpcError of the API or the network, but for an address that is on no account or on another one
 */
export async function addUnlisted(
  api: Api,
  list: readonly Address[],
  requested: readonly string[],
): Promise<readonly Address[]> {
  const listed = indexByAddress(list);
  const missing = requested.filter((address) => !listed.has(addressKey(address)));
  if (missing.length === 0) return list;
  const limit = pLimit(CONCURRENCY);
  const found = await Promise.all(missing.map((address) => limit(() => getIfOwn(api, address))));
  return [...list, ...found.filter((ip) => ip !== undefined)];
}

async function getIfOwn(api: Api, address: string): Promise<Address | undefined> {
  try {
    return await getAddress(api, address);
  } catch (error) {
    const isMissing =
      error instanceof UpcError && (error.exitCode === exit.notFound || error.code === 'IP_ADDRESS_FORBIDDEN');
    if (isMissing) return undefined;
    throw error;
  }
}
