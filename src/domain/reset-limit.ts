import { UsageError } from '../core/errors.ts';
import type { Address } from './model.ts';
import { hasOwnPtr } from './ptr.ts';

/** Fewer PTR records than these are no loss that a person could overlook. */
const FEWEST_RECORDS = 10;
/** Percent. */
const MOST_RESETS = 30;

/**
 * Rejects the reset of many PTR records at once: more likely a list that was cut off than a wish.
 * @param resets how many PTR records of their own are set back to the default
 * @param addresses the account's
 * @throws UsageError with the numbers, for more than 30 % of ten or more PTR records
 */
export function assertFewResets(resets: number, addresses: readonly Address[]): void {
  const records = addresses.filter((ip) => ip.access === 'public' && hasOwnPtr(ip)).length;
  if (records < FEWEST_RECORDS || resets * 100 <= records * MOST_RESETS) return;
  const percent = Math.floor((resets * 100) / records);
  throw new UsageError(
    `This resets ${resets} of the ${records} PTR records of the account (${percent} %). More than ${MOST_RESETS} % needs --force.`,
    'Check the addresses. If all of these records are to go, add --force.',
    'TOO_MANY_RESETS',
  );
}
