import {
  createAddress,
  createAddressRequest,
  createModifyAddressRequest,
  getAddress,
  modifyAddress,
  type NewAddress,
} from '../../api/addresses.ts';
import { repeatCheckUntil } from '../../api/change-and-confirm.ts';
import type { Api, ChangeRequest } from '../../api/transport.ts';
import type { Context } from '../../app/context.ts';
import { exit, toUpcError, UpcError } from '../../core/errors.ts';
import { SilentExit } from '../../core/exit-silently.ts';
import type { Address } from '../../domain/model.ts';
import type { ResourceNames } from '../../output/address.ts';
import { showChangedAddress, showDryRunRequests } from './change.ts';

export interface AddressCreation {
  readonly requested: NewAddress;
  /** The PTR record that the new address gets in a second step. */
  readonly ptr?: string | undefined;
  readonly names: ResourceNames;
  readonly message: (ip: Address) => string;
  /** Whether the JSON output has the field `changed`. */
  readonly saysChanged?: boolean;
}

/**
 * Creates an address, sets its PTR record if one is requested, and shows the address. If only the PTR record fails, the
 * address is still shown, because it exists and costs money.
 * @param list the account's addresses before the creation
 * @throws UpcError if the creation fails; SilentExit if only the PTR record fails (exit 6, or 9 if its outcome is unknown)
 * @returns the new address; undefined for a dry run
 */
export async function createAndShowAddress(
  context: Context,
  api: Api,
  { requested, ptr, names, message, saysChanged }: AddressCreation,
  list: readonly Pick<Address, 'address'>[],
  dryRun: boolean | undefined,
): Promise<Address | undefined> {
  if (dryRun) {
    const second: ChangeRequest[] =
      ptr === undefined ? [] : [createModifyAddressRequest('new-address', { ptr_record: ptr })];
    await showDryRunRequests(context, [createAddressRequest(requested), ...second]);
    return undefined;
  }
  const changed = saysChanged ? true : undefined;
  const made = await createAddress(api, requested, list);
  const named = ptr === undefined ? made : await setPtrOfNewAddress(api, made, ptr).catch(toUpcError);
  if (!(named instanceof UpcError)) {
    await showChangedAddress(context, named, changed, names, message(named));
    return named;
  }
  // Print the warning before the address: after an interrupt, showChangedAddress() throws, and nothing more would be printed.
  const isUnknown = named.exitCode === exit.unknown;
  context.out.warn(
    isUnknown
      ? `It is unknown whether the PTR record of ${made.address} was set: ${named.message}`
      : `The PTR record of ${made.address} could not be set: ${named.message}`,
  );
  context.out.note((upc) => `Try again: ${upc(`ip ptr set ${made.address} ${ptr}`)}`);
  await showChangedAddress(context, made, changed, names, message(made));
  throw new SilentExit(isUnknown ? exit.unknown : exit.partial);
}

/**
 * Sets the PTR record of a new address. The API may not find the address yet and reject the request (T-17). Such a rejection
 * changes nothing, so the request is sent again once the address is visible.
 */
async function setPtrOfNewAddress(api: Api, made: Address, ptr_record: string): Promise<Address> {
  try {
    return await modifyAddress(api, made, { ptr_record });
  } catch (error) {
    if (!(error instanceof UpcError) || error.code !== 'IP_ADDRESS_NOT_FOUND') throw error;
    const shown = await repeatCheckUntil(
      api,
      () => getAddress(api, made.address, { isOutcomeCheck: true }),
      () => true,
    );
    if (shown === undefined) throw error;
    return modifyAddress(api, shown.value, { ptr_record });
  }
}
