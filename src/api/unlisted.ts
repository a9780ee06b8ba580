import pLimit from 'p-limit';
import { exit, UpcError } from '../core/errors.ts';
import { toCanonicalAddress } from '../domain/address.ts';
import type { Address } from '../domain/model.ts';
import { getAddress, indexByAddress } from './addresses.ts';
import type { Api } from './transport.ts';

/** The maximum number of concurrent requests. */
const MAX_CONCURRENT_READS = 8;

/**
 * Adds requested addresses that are missing from the account's list. The list may lag behind a create by seconds (T-17), so a
 * GET for each missing address shows whether it exists.
 * @returns the list and the addresses that a GET found; an address that does not exist or is on another account is left out
 * @throws UpcError for any other error of the API or the network
 */
export async function addUnlistedAddresses(
  api: Api,
  list: readonly Address[],
  requested: readonly string[],
): Promise<readonly Address[]> {
  const listed = indexByAddress(list);
  const missing = requested.filter((address) => !listed.has(toCanonicalAddress(address)));
  if (missing.length === 0) return list;
  const limit = pLimit(MAX_CONCURRENT_READS);
  const found = await Promise.all(missing.map((address) => limit(() => getAddressIfOwned(api, address))));
  return [...list, ...found.filter((ip) => ip !== undefined)];
}

async function getAddressIfOwned(api: Api, address: string): Promise<Address | undefined> {
  try {
    return await getAddress(api, address);
  } catch (error) {
    const isMissing =
      error instanceof UpcError && (error.exitCode === exit.notFound || error.code === 'IP_ADDRESS_FORBIDDEN');
    if (isMissing) return undefined;
    throw error;
  }
}
