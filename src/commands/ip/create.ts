import { createAddress, createRequest, modifyAddress, modifyRequest, type NewAddress } from '../../api/addresses.ts';
import type { Address } from '../../api/schema.ts';
import type { Api, ChangeRequest } from '../../api/transport.ts';
import type { Context } from '../../context.ts';
import { asUpcError, exit, InterruptedError } from '../../errors.ts';
import type { Names } from '../../output/address.ts';
import { Reported } from '../../reported.ts';
import { showChanged, showRequests } from '../change.ts';

export interface Creation {
  readonly wish: NewAddress;
  /** The PTR record that the new address gets in a second step. */
  readonly ptr?: string | undefined;
  readonly names: Names;
  readonly told: (ip: Address) => string;
}

/**
 * Makes a new address and shows it, with its PTR record where one is wished. Where only the second step fails, the address
 * is shown all the same, for it is there and costs money, and the exit code is 6.
 * @param list the account's addresses just before
 */
export async function createAndShow(
  context: Context,
  api: Api,
  { wish, ptr, names, told }: Creation,
  list: readonly Address[],
  dryRun: boolean | undefined,
): Promise<void> {
  if (dryRun) {
    const second: ChangeRequest[] = ptr === undefined ? [] : [modifyRequest('new-address', { ptr_record: ptr })];
    return showRequests(context, [createRequest(wish), ...second]);
  }
  const made = await createAddress(api, wish, list);
  if (ptr === undefined) return showChanged(context, made, undefined, names, told(made));
  try {
    const named = await modifyAddress(api, made, { ptr_record: ptr });
    await showChanged(context, named, undefined, names, told(named));
  } catch (thrown) {
    const error = asUpcError(thrown);
    await showChanged(context, made, undefined, names, told(made));
    context.out.warn(`Its PTR record could not be set: ${error.message}`);
    context.out.note(`Try again: upc ip ptr set ${made.address} ${ptr}`);
    const asItIs = error instanceof InterruptedError || error.exitCode === exit.unknown;
    throw new Reported(asItIs ? error.exitCode : exit.partial);
  }
}
