import { InterruptedError, UnknownOutcomeError, UnreachableError, UpcError } from '../errors.ts';
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
    return found(await findOut(api, change, error), change, error, api);
  }
}

function found<T>(finding: Finding<T>, change: Change<T>, lost: LostAnswer, api: Api): T {
  if (finding === 'cannot-tell') throw unknownOutcome(change, lost);
  if (!finding.done) throw nothingChanged(lost.reason);
  api.tell(`The answer to ${change.what} was lost; looking showed that it was done.`);
  return finding.value;
}

async function findOut<T>(api: Api, change: Change<T>, lost: LostAnswer): Promise<Finding<T>> {
  let finding: Finding<T> = 'cannot-tell';
  for (const wait of lost.mayStillHappen ? LOOK_AFTER_MS : LOOK_AFTER_MS.slice(0, 2)) {
    await api.clock.sleep(wait);
    try {
      finding = await change.look();
    } catch (error) {
      if (error instanceof UpcError) finding = 'cannot-tell';
      else throw error;
    }
    if (finding !== 'cannot-tell' && finding.done) return finding;
    if (api.isEnding()) return 'cannot-tell';
  }
  return finding;
}

function unknownOutcome<T>(change: Change<T>, lost: LostAnswer): UnknownOutcomeError {
  const why = lost.reason instanceof InterruptedError ? 'Interrupted' : lost.reason.message.replace(/\.$/, '');
  return new UnknownOutcomeError(`${why}: whether ${change.what} was carried out is unknown.`, {
    status: lost.reason.status,
    hint: `See how things stand before you try again: ${change.lookWith}`,
  });
}

/** The reason as an error that says that nothing was changed; a fault of the service is safe to try again (exit 7). */
function nothingChanged(reason: UpcError): UpcError {
  if (reason.exitCode === 4 || reason.exitCode === 5) return reason;
  return new UnreachableError(reason.message, {
    code: reason.code,
    status: reason.status,
    hint: 'Looking showed that nothing was changed: it is safe to run this again.',
  });
}
