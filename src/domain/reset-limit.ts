import { UsageError } from '../core/errors.ts';
import type { Address } from './model.ts';
import { hasOwnPtr } from './ptr.ts';

/** Fewer resets need no check: a person does not overlook them. */
const FEWEST_RECORDS = 10;
/** Percent. */
const MOST_RESETS = 30;

/**
 * Checks that a command does not reset many PTR records at once: the reason is more likely a truncated list than an intention.
 * @param resets the number of custom PTR records to reset to the default
 * @param addresses all addresses of the account
 * @throws UsageError with the numbers, if more than 30 % of the custom PTR records are reset and there are ten or more
 */
export function assertFewResets(resets: number, addresses: readonly Address[]): void {
  const records = addresses.filter((ip) => ip.access === 'public' && hasOwnPtr(ip)).length;
  if (records < FEWEST_RECORDS || resets * 100 <= records * MOST_RESETS) return;
  const percent = Math.floor((resets * 100) / records);
  throw new UsageError(
    `This resets ${resets} of the ${records} PTR records of the account (${percent} %). More than ${MOST_RESETS} % needs --force.`,
    'Check the addresses. To reset all of these records, add --force.',
    'TOO_MANY_RESETS',
  );
}
