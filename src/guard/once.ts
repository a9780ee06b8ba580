import type { Context } from '../app/context.ts';
import { type ExitCode, exit, InterruptedError, UnknownOutcomeError } from '../core/errors.ts';
import { SilentExit } from '../core/exit-silently.ts';
import type { AddressState, GuardConfig } from '../domain/guard/model.ts';
import { decideVerdict, type Verdict } from '../domain/guard/verdict.ts';
import type { GuardState } from './watch.ts';

/**
 * Returns whether `--once` can end: each address has a result, or the maximum number of rounds is reached. Without this
 * maximum, checks that alternate between success and failure would never end.
 */
export function isOnceRunComplete(config: GuardConfig, { health, addresses }: GuardState, rounds: number): boolean {
  if (rounds >= 2 * (config.failures + config.successes)) return true;
  return addresses.every((state) => {
    const verdict = decideVerdict(config, health, state);
    return verdict !== undefined && verdict !== 'unknown';
  });
}

/** The exit code for each verdict, the most serious first. With several addresses, the most serious verdict decides. */
const verdictExitCodes: Readonly<Record<Verdict, ExitCode>> = {
  unknown: exit.unknown,
  'not-moved': exit.conflict,
  'api-failed': exit.unreachable,
  'failed-over': exit.findings,
  healthy: exit.ok,
};

/**
 * Ends `--once` with the exit code of its verdict. Returns normally only if the primary is healthy.
 * @throws UnknownOutcomeError; InterruptedError; SilentExit
 */
export function exitWithVerdict({ interrupt }: Context, config: GuardConfig, state: GuardState): void {
  assertMoveOutcomesKnown(config, state.addresses);
  if (interrupt.stopping.aborted) throw new InterruptedError(interrupt.signal());
  const verdicts = state.addresses.map((one) => decideVerdict(config, state.health, one) ?? 'healthy');
  const worst = (Object.keys(verdictExitCodes) as Verdict[]).find((verdict) => verdicts.includes(verdict)) ?? 'healthy';
  if (verdictExitCodes[worst] !== exit.ok) throw new SilentExit(verdictExitCodes[worst]);
}

/** Asserts that the outcome of every move is known. @throws UnknownOutcomeError */
export function assertMoveOutcomesKnown({ titles }: GuardConfig, states: readonly AddressState[]): void {
  const open = states.flatMap(({ address, uncertainMove }) =>
    uncertainMove ? [{ address, to: uncertainMove.to }] : [],
  );
  if (open.length === 0) return;
  const moves = open.map(({ address, to }) => `${address} was moved to ${titles[to]}`).join(', and whether ');
  throw new UnknownOutcomeError(`Whether ${moves} is unknown.`, {
    hint: open.map(
      ({ address }) =>
        (upc) =>
          `Check where the address is: ${upc(`ip show ${address}`)}`,
    ),
  });
}
