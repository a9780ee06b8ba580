import { UnknownOutcomeError, UpcError } from '../core/errors.ts';
import { type Api, LostAnswer } from './transport.ts';

/** What looking showed: the change is there (with the object as it is now), it is not, or looking cannot tell. */
export type Finding<T> = { readonly done: true; readonly value: T } | { readonly done: false } | 'cannot-tell';

export interface Change<T> {
  /** What was asked for, as the object of a sentence: "the release of 192.0.2.10". */
  readonly what: string;
  /** The command that shows how things stand. */
  readonly lookWith: string;
  readonly act: () => Promise<T>;
  readonly look: () => Promise<Finding<T>>;
}

/** Waits before each look: a service that was slow to answer may still be at work. */
const LOOK_AFTER_MS = [0, 500, 1_500];

/**
 * Carries out a change and, where its answer was lost, settles by looking what became of it (T-5).
 * @throws the reason of the loss where the change is certainly not there; UnknownOutcomeError (exit 9) where nobody knows
 */
export async function settle<T>(api: Api, change: Change<T>): Promise<T> {
  try {
    return await change.act();
  } catch (error) {
    if (!(error instanceof LostAnswer)) throw error;
    return found(await findOut(api, change), change, error, api);
  }
}

function found<T>(finding: Finding<T>, change: Change<T>, lost: LostAnswer, api: Api): T {
  if (finding === 'cannot-tell') throw unknownOutcome(change, lost);
  if (!finding.done) throw lost.mayStillHappen ? notYet(change, lost) : nothingChanged(lost.reason);
  api.note(`The answer to ${change.what} was lost; looking showed that it was done.`);
  return finding.value;
}

/** Looks until it is seen to be done, there is no time left, or three looks have not shown it. */
async function findOut<T>(api: Api, change: Change<T>): Promise<Finding<T>> {
  let finding: Finding<T> = 'cannot-tell';
  for (const wait of LOOK_AFTER_MS) {
    if (!(await api.pause(wait))) return finding;
    const seen = await lookOnce(change);
    if (seen !== 'cannot-tell' && seen.done) return seen;
    finding = seen;
  }
  return finding;
}

async function lookOnce<T>(change: Change<T>): Promise<Finding<T>> {
  try {
    return await change.look();
  } catch (error) {
    if (error instanceof UpcError) return 'cannot-tell';
    throw error;
  }
}

function unknownOutcome<T>({ what, lookWith }: Change<T>, { reason }: LostAnswer): UnknownOutcomeError {
  return new UnknownOutcomeError(`${withoutStop(reason)}: whether ${what} was carried out is unknown.`, {
    status: reason.status,
    hint: `See how things stand before you try again: ${lookWith}`,
  });
}

/** Not there so far; but the service took the request and said nothing, so it may do it when nobody looks any more. */
function notYet<T>({ what, lookWith }: Change<T>, { reason }: LostAnswer): UnknownOutcomeError {
  return new UnknownOutcomeError(
    `${withoutStop(reason)}: ${what} had not been carried out when looked at, but may be yet.`,
    { status: reason.status, hint: `See how things stand before you try again: ${lookWith}` },
  );
}

function withoutStop({ message }: UpcError): string {
  return message.replace(/\.$/, '');
}

/** The reason as an error that says that nothing was changed. */
function nothingChanged({ exitCode, message, code, status }: UpcError): UpcError {
  return new UpcError(exitCode, message, {
    code,
    status,
    hint: 'Looking showed that nothing was changed: it is safe to run this again.',
  });
}
