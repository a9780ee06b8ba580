import {
  type AddressChange,
  findAddress,
  indexByAddress,
  listAddresses,
  modifyAddress,
  modifyRequest,
} from '../../api/addresses.ts';
import { addUnlisted } from '../../api/unlisted.ts';
import type { Context } from '../../app/context.ts';
import type { Address } from '../../domain/model.ts';
import { type BulkOptions, type BulkWords, carryOut, readAddresses } from './bulk.ts';
import { showRequests } from './change.ts';
import { mapCollectingErrors } from './map-collecting-errors.ts';

export interface BulkChange {
  readonly words: BulkWords;
  readonly change: AddressChange;
  /** Throws where the change is known to be forbidden. */
  readonly refuse: (ip: Address) => void;
  readonly isUnchanged: (ip: Address) => boolean;
}

/** Makes one change to several addresses: all are found and judged before the first request that changes anything. */
export async function modifyAll(
  context: Context,
  args: readonly string[],
  { words, change, refuse, isUnchanged }: BulkChange,
  options: BulkOptions & { readonly dryRun?: boolean },
): Promise<void> {
  const requested = await readAddresses(context, args);
  if (requested.length === 0) return carryOut(context, words, [], options);
  const api = await context.api();
  const all = indexByAddress(await addUnlisted(api, await listAddresses(api), requested));
  const addresses = mapCollectingErrors(requested, (address) => findAddress(all, address));
  mapCollectingErrors(addresses, refuse);
  if (options.dryRun) {
    const needed = addresses.filter((ip) => !isUnchanged(ip));
    return showRequests(
      context,
      needed.map((ip) => modifyRequest(ip.address, change)),
    );
  }
  const job = (ip: Address) => ({
    address: ip.address,
    act: isUnchanged(ip) ? undefined : () => modifyAddress(api, ip, change),
  });
  await carryOut(context, words, addresses.map(job), options);
}
