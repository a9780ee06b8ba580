import { UsageError } from '../core/errors.ts';
import type { Address } from './model.ts';
import { hasCustomPtr } from './ptr.ts';

/** An account with fewer custom PTR records than this has no limit, because a person can check so few resets. */
const MIN_RECORDS_FOR_LIMIT = 10;
/** The share of the custom PTR records that may be reset without --force, in percent. */
const MAX_RESET_PERCENT = 30;

/**
 * Checks that a command does not reset too many PTR records at once. A large number of resets is usually a mistake, such as
 * an incomplete file.
 * @param resets the number of custom PTR records to reset to the default
 * @param addresses all addresses of the account
 * @throws UsageError if the account has at least ten custom PTR records and the command resets more than 30 % of them
 */
export function assertResetCountAllowed(resets: number, addresses: readonly Address[]): void {
  const records = addresses.filter((ip) => ip.access === 'public' && hasCustomPtr(ip)).length;
  if (records < MIN_RECORDS_FOR_LIMIT || resets * 100 <= records * MAX_RESET_PERCENT) return;
  const percent = Math.floor((resets * 100) / records);
  throw new UsageError(
    `This resets ${resets} of the ${records} PTR records of the account (${percent} %). More than ${MAX_RESET_PERCENT} % needs --force.`,
    'Check the addresses. To reset all of these records, add --force.',
    'TOO_MANY_RESETS',
  );
}
