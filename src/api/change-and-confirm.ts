import { UnknownOutcomeError, UpcError } from '../core/errors.ts';
import { type Api, LostResponseError } from './transport.ts';

/**
 * The result of a check. If the change was carried out, `value` is the object after the change. Otherwise `observed` says
 * what the check found, such as "the address was still on this account".
 */
export type ChangeCheckResult<T> =
  | { readonly isDone: true; readonly value: T }
  | { readonly isDone: false; readonly observed: string };

export interface ConfirmableChange<T> {
  /** The change as part of a sentence: "the release of 192.0.2.10". */
  readonly what: string;
  /** The command that shows the current state, without `upc`: `ip show 192.0.2.10`. */
  readonly checkCommand: string;
  /** Whether sending the change twice has the same effect as sending it once. */
  readonly isRepeatable: boolean;
  /** Sends the change. Throws LostResponseError if the change may have been carried out. */
  readonly send: () => Promise<T>;
  /** Sends GET requests that show whether the change was carried out. */
  readonly check: () => Promise<ChangeCheckResult<T>>;
}

/** The wait before each check, in milliseconds. After a change, a read may show the old state for about five seconds (T-17). */
const PAUSES_BEFORE_CHECKS_MS: readonly number[] = [0, 500, 1_000, 1_500, 2_000];

/** The last check that got a response. */
export interface LastCheck<T> {
  readonly value: T;
  /** The time of the check, in milliseconds since 1970. */
  readonly at: number;
  /** How many checks got a response. */
  readonly count: number;
}

/**
 * Repeats a check for about five seconds, within the deadline, because a read may still show the old state (T-17). Continues
 * after a failed check: the change was sent, so its outcome must be reported.
 * @param isFinal returns whether this result ends the checks
 * @returns the last check that got a response, or undefined if none did
 */
export async function repeatCheckUntil<T>(
  api: Api,
  check: () => Promise<T>,
  isFinal: (value: T) => boolean,
  waits = PAUSES_BEFORE_CHECKS_MS,
): Promise<LastCheck<T> | undefined> {
  let last: LastCheck<T> | undefined;
  for (const wait of waits) {
    if (!(await api.pause(wait))) break;
    try {
      const value = await check();
      last = { value, at: api.now(), count: (last?.count ?? 0) + 1 };
      if (isFinal(value)) break;
    } catch (error) {
      if (!(error instanceof UpcError)) api.debug(`The check failed: ${String(error)}`);
    }
  }
  return last;
}

/**
 * Sends a change. If the response does not show the requested state, checks whether the change was carried out (T-4, T-5).
 * @throws UpcError if the API rejected the change or nothing was sent; UnknownOutcomeError (exit 9) if the outcome is unknown
 */
export async function changeAndConfirm<T>(api: Api, change: ConfirmableChange<T>): Promise<T> {
  try {
    return await change.send();
  } catch (error) {
    if (!(error instanceof LostResponseError)) throw error;
    // If the API rejected the last attempt, the change was probably not carried out, so one check is enough.
    const waits = error.isRejected ? [0] : PAUSES_BEFORE_CHECKS_MS;
    const last = await repeatCheckUntil(api, change.check, ({ isDone }) => isDone, waits);
    if (last?.value.isDone) {
      api.note(`The response to ${change.what} was lost. A check showed that the change was carried out.`);
      return last.value.value;
    }
    throw error.isRejected ? error.reason : createUnknownOutcomeError(change, error.reason, last);
  }
}

/**
 * Returns the error for a change whose outcome is unknown. The outcome is unknown even if the last check showed the old
 * state: the service may still carry out the request.
 */
function createUnknownOutcomeError<T>(
  { what, checkCommand, isRepeatable }: ConfirmableChange<T>,
  reason: UpcError,
  last: LastCheck<ChangeCheckResult<T>> | undefined,
): UnknownOutcomeError {
  const why = reason.message.replace(/\.$/, '');
  const checked =
    last === undefined || last.value.isDone
      ? 'The checks that followed also failed.'
      : `When last checked (${formatUtcTime(last.at)}), ${last.value.observed}; the change may still be carried out.`;
  return new UnknownOutcomeError(`${why}: whether ${what} was carried out is unknown. ${checked}`, {
    status: reason.status,
    hint: [(upc) => `Check: ${upc(checkCommand)}`, isRepeatable ? REPEATING_IS_SAFE : REPEATING_IS_NOT_SAFE],
  });
}

export const REPEATING_IS_SAFE = 'Repeating the command is safe.';
const REPEATING_IS_NOT_SAFE = 'Check this before you repeat the command: repeating it may create a second address.';

/** Formats a time in UTC, to the second. @param at milliseconds since 1970 */
export function formatUtcTime(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
