import {
  type AddressChange,
  createModifyAddressRequest,
  findAddress,
  indexByAddress,
  listAddresses,
  modifyAddress,
} from '../../api/addresses.ts';
import { addUnlistedAddresses } from '../../api/unlisted.ts';
import type { Context } from '../../app/context.ts';
import type { Address } from '../../domain/model.ts';
import { outcomeView } from '../../output/outcome.ts';
import { type BulkOptions, type BulkTexts, readRequestedAddresses, runBulkChange } from './bulk.ts';
import { showDryRunRequests } from './change.ts';
import { mapCollectingErrors } from './map-collecting-errors.ts';

export interface BulkAddresses {
  readonly requested: readonly Address[];
  /** The requested addresses without those that already have the requested state. */
  readonly changing: readonly Address[];
  /** All addresses of the account. */
  readonly all: readonly Address[];
}

export interface BulkChange {
  readonly texts: BulkTexts;
  readonly change: AddressChange;
  /** Throws UpcError if the change is known to be forbidden. */
  readonly assertAllowed: (ip: Address) => void;
  readonly isUnchanged: (ip: Address) => boolean;
  /** Called before the first change is sent. Throws an error to prevent all changes. */
  readonly prepare?: (context: Context, around: BulkAddresses) => Promise<void>;
  /** Called after all addresses were changed and reported, with the addresses as they were before. */
  readonly finish?: (addresses: readonly Address[]) => Promise<void>;
}

/** Makes one change to several addresses: all are found and checked before the first request that changes anything. */
export async function modifyAllAddresses(
  context: Context,
  args: readonly string[],
  { texts, change, assertAllowed, isUnchanged, prepare, finish }: BulkChange,
  options: BulkOptions & { readonly dryRun?: boolean },
): Promise<void> {
  const requested = await readRequestedAddresses(context, args);
  if (requested.length === 0) return runBulkChange(context, texts, [], options);
  const api = await context.api();
  const all = await addUnlistedAddresses(api, await listAddresses(api), requested);
  const known = indexByAddress(all);
  const addresses = mapCollectingErrors(requested, (address) => findAddress(known, address));
  mapCollectingErrors(addresses, assertAllowed);
  const changing = addresses.filter((ip) => !isUnchanged(ip));
  if (options.dryRun) {
    return showDryRunRequests(
      context,
      changing.map((ip) => createModifyAddressRequest(ip.address, change)),
    );
  }
  context.out.checkSettings(outcomeView);
  await prepare?.(context, { requested: addresses, changing, all });
  const job = (ip: Address) => ({
    address: ip.address,
    act: isUnchanged(ip) ? undefined : () => modifyAddress(api, ip, change),
  });
  await runBulkChange(context, texts, addresses.map(job), options);
  await finish?.(addresses);
}
