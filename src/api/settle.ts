import { UnknownOutcomeError, UpcError } from '../core/errors.ts';
import { type Api, LostResponse } from './transport.ts';

/** What a check showed: the change is there (with the object as it is now), or it is not (with what is there, in words). */
export type Finding<T> = { readonly done: true; readonly value: T } | { readonly done: false; readonly seen: string };

export interface Change<T> {
  /** What was asked for, as the object of a sentence: "the release of 192.0.2.10". */
  readonly what: string;
  /** The words of the command that shows how things stand: `ip show 192.0.2.10`. */
  readonly checkWith: string;
  /** Sending it twice is the same as sending it once. */
  readonly isRepeatable: boolean;
  readonly act: () => Promise<T>;
  readonly look: () => Promise<Finding<T>>;
}

/** Milliseconds before each check after a change: reads may lag behind writes by about five seconds (T-17). */
const LOOK_AFTER_MS: readonly number[] = [0, 500, 1_000, 1_500, 2_000];

/** The last check that got a response. */
export interface LastCheck<T> {
  readonly value: T;
  /** When it was, in milliseconds since 1970. */
  readonly at: number;
  /** How many checks got a response. */
  readonly count: number;
}

/**
 * Checks again and again for about five seconds, within the deadline (T-17): after a change, the state before it proves nothing.
 * A check that fails is no reason to stop, whatever it fails with, for the change was sent.
 * @param isFinal ends the checks
 * @returns undefined where no check got a response
 */
export async function checkUntil<T>(
  api: Api,
  look: () => Promise<T>,
  isFinal: (seen: T) => boolean,
  waits = LOOK_AFTER_MS,
): Promise<LastCheck<T> | undefined> {
  let last: LastCheck<T> | undefined;
  for (const wait of waits) {
    if (!(await api.pause(wait))) break;
    try {
      const value = await look();
      last = { value, at: api.now(), count: (last?.count ?? 0) + 1 };
      if (isFinal(value)) break;
    } catch (error) {
      if (!(error instanceof UpcError)) api.debug(`The check failed: ${String(error)}`);
    }
  }
  return last;
}

/**
 * Carries out a change and, where its response does not show the requested state, finds out what became of it (T-5).
 * @throws UpcError of the API where it rejected the change itself; UnknownOutcomeError (exit 9) for everything else
 */
export async function settle<T>(api: Api, change: Change<T>): Promise<T> {
  try {
    return await change.act();
  } catch (error) {
    if (!(error instanceof LostResponse)) throw error;
    // A rejection that repeats needs one check only: an earlier attempt may have been carried out.
    const sighting = await checkUntil(api, change.look, ({ done }) => done, error.isRejected ? [0] : LOOK_AFTER_MS);
    if (sighting?.value.done) {
      api.note(`The answer to ${change.what} was lost; looking showed that it was done.`);
      return sighting.value.value;
    }
    throw error.isRejected ? error.reason : unknownOutcome(change, error.reason, sighting);
  }
}

/** Not there so far, or nobody knows: the service has the request, and may carry it out when nobody checks any more. */
function unknownOutcome<T>(
  { what, checkWith, isRepeatable }: Change<T>,
  reason: UpcError,
  sighting: LastCheck<Finding<T>> | undefined,
): UnknownOutcomeError {
  const why = reason.message.replace(/\.$/, '');
  const seen =
    sighting === undefined || sighting.value.done
      ? 'The checks afterwards failed, too.'
      : `When last checked (${formatUtcTime(sighting.at)}), ${sighting.value.seen}; the change may still be carried out.`;
  return new UnknownOutcomeError(`${why}: whether ${what} was carried out is unknown. ${seen}`, {
    status: reason.status,
    hint: [(upc) => `Check: ${upc(checkWith)}`, isRepeatable ? REPEATING_IS_SAFE : NOT_REPEATABLE],
  });
}

export const REPEATING_IS_SAFE = 'Repeating the command is safe.';
const NOT_REPEATABLE = 'Do not repeat the command before you have checked: it may create a second address.';

/** A moment in UTC, to the second. */
export function formatUtcTime(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
