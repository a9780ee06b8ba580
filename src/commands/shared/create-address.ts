import {
  createAddress,
  createAddressRequest,
  createModifyRequest,
  getAddress,
  modifyAddress,
  type NewAddress,
} from '../../api/addresses.ts';
import { checkUntil } from '../../api/settle.ts';
import type { Api, ChangeRequest } from '../../api/transport.ts';
import type { Context } from '../../app/context.ts';
import { exit, toUpcError, UpcError } from '../../core/errors.ts';
import { ExitSilently } from '../../core/exit-silently.ts';
import type { Address } from '../../domain/model.ts';
import type { Names } from '../../output/address.ts';
import { showChanged, showRequests } from './change.ts';

export interface AddressCreation {
  readonly requested: NewAddress;
  /** The PTR record that the new address gets in a second step. */
  readonly ptr?: string | undefined;
  readonly names: Names;
  readonly message: (ip: Address) => string;
  /** Whether the JSON output has the field `changed`. */
  readonly saysChanged?: boolean;
}

/**
 * Creates an address and shows it, with its PTR record if one is requested. If only the PTR record fails, the address is still
 * shown, since it exists and costs money, and the exit code is 6.
 * @param list the account's addresses before the creation
 * @throws UpcError if the creation fails; ExitSilently if only the PTR record fails
 * @returns the new address; undefined for a dry run
 */
export async function createAndShow(
  context: Context,
  api: Api,
  { requested, ptr, names, message, saysChanged }: AddressCreation,
  list: readonly Pick<Address, 'address'>[],
  dryRun: boolean | undefined,
): Promise<Address | undefined> {
  if (dryRun) {
    const second: ChangeRequest[] = ptr === undefined ? [] : [createModifyRequest('new-address', { ptr_record: ptr })];
    await showRequests(context, [createAddressRequest(requested), ...second]);
    return undefined;
  }
  const changed = saysChanged ? true : undefined;
  const made = await createAddress(api, requested, list);
  const named = ptr === undefined ? made : await setPtr(api, made, ptr).catch(toUpcError);
  if (!(named instanceof UpcError)) {
    await showChanged(context, named, changed, names, message(named));
    return named;
  }
  // Print the warning first: after an interrupt, showChanged() throws an error.
  const isUnknown = named.exitCode === exit.unknown;
  context.out.warn(
    isUnknown
      ? `Whether the PTR record of ${made.address} was set is unknown: ${named.message}`
      : `The PTR record of ${made.address} could not be set: ${named.message}`,
  );
  context.out.note((upc) => `Try again: ${upc(`ip ptr set ${made.address} ${ptr}`)}`);
  await showChanged(context, made, changed, names, message(made));
  throw new ExitSilently(isUnknown ? exit.unknown : exit.partial);
}

/**
 * Sets the PTR record of a new address. The service may reject this until it knows the address (T-17). Such a rejection changes
 * nothing, so the record is set again once the address is visible.
 */
async function setPtr(api: Api, made: Address, ptr_record: string): Promise<Address> {
  try {
    return await modifyAddress(api, made, { ptr_record });
  } catch (error) {
    if (!(error instanceof UpcError) || error.code !== 'IP_ADDRESS_NOT_FOUND') throw error;
    const shown = await checkUntil(
      api,
      () => getAddress(api, made.address, { settling: true }),
      () => true,
    );
    if (shown === undefined) throw error;
    return modifyAddress(api, shown.value, { ptr_record });
  }
}
