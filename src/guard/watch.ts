import pLimit from 'p-limit';
import type { Clock } from '../core/clock.ts';
import { InterruptedError } from '../core/errors.ts';
import { type HealthCheckResult, initialHealth, updateHealth } from '../domain/guard/health.ts';
import type {
  AddressAction,
  AddressObservation,
  AddressState,
  GuardConfig,
  GuardEvent,
  HealthCounts,
  ServerRole,
} from '../domain/guard/model.ts';
import { advanceAddressState } from '../domain/guard/placement.ts';
import type { ProbeResult } from './probe.ts';

/** Reads and moves one address. */
export interface AddressClient {
  /** Reads the location of the address. @throws InterruptedError */
  locate(): Promise<AddressObservation>;
  /**
   * Moves the address. Call `locate` first, because the move uses the location that `locate` has read.
   * @throws InterruptedError
   */
  move(to: ServerRole): Promise<AddressObservation>;
}

export interface WatchDependencies {
  check(): Promise<ProbeResult>;
  readonly addresses: ReadonlyMap<string, AddressClient>;
  report(event: GuardEvent): void;
}

export interface GuardState {
  readonly health: HealthCounts;
  readonly addresses: readonly AddressState[];
}

export interface WatchOptions {
  readonly config: GuardConfig;
  readonly intervalMs: number;
  readonly clock: Clock;
  readonly stopping: AbortSignal;
  /** Returns whether to end the guard. Called after each round. */
  readonly isOver?: (state: GuardState, rounds: number) => boolean;
}

/**
 * How many times to repeat a check that failed long after its time-out. After the last repeat, the failure counts.
 * Otherwise, a guard on a slow machine could never fail over.
 */
const MAX_REPEATS = 3;
/** How many addresses are read or moved at the same time. */
const CONCURRENCY = 4;

/**
 * Runs rounds until `stopping` is aborted or `isOver` returns true. In a round, the guard checks the primary once, then
 * reads and moves addresses as needed.
 */
export async function runGuardRounds(
  dependencies: WatchDependencies,
  begun: readonly AddressState[],
  options: WatchOptions,
): Promise<GuardState> {
  const { clock, stopping, intervalMs } = options;
  let state: GuardState = { health: initialHealth, addresses: begun };
  for (let rounds = 1; !stopping.aborted; rounds++) {
    const start = clock.elapsed();
    const result = await runCheckOnce(dependencies, options);
    // The signal has ended this check early, so the result says nothing about the primary.
    if (stopping.aborted) break;
    state = await runGuardRound(dependencies, state, result, options);
    if (options.isOver?.(state, rounds)) break;
    await clock.sleep(Math.max(0, start + intervalMs - clock.elapsed()), stopping);
  }
  return state;
}

/**
 * Checks the primary. Repeats a check that failed because this machine was suspended during the check. Such a failure says
 * nothing about the primary (T-21).
 */
async function runCheckOnce(
  dependencies: WatchDependencies,
  { config, stopping }: WatchOptions,
): Promise<HealthCheckResult> {
  for (let repeats = 0; ; repeats++) {
    const result = await dependencies.check();
    if (!result.isLate || stopping.aborted || repeats === MAX_REPEATS) return result;
    const { primary } = config.titles;
    dependencies.report({
      event: 'check-repeated',
      message: `The check of ${primary} ended much later than its time-out, as if this machine had been suspended. The check is repeated.`,
    });
  }
}

/**
 * Updates the health counts with the result of the check. Then advances the state machine of each address and carries out
 * its actions.
 */
async function runGuardRound(
  dependencies: WatchDependencies,
  before: GuardState,
  result: HealthCheckResult,
  options: WatchOptions,
): Promise<GuardState> {
  const { health, events } = updateHealth(options.config, before.health, result);
  for (const event of events) dependencies.report(event);
  const limit = pLimit(CONCURRENCY);
  const addresses = await Promise.all(
    before.addresses.map((state) => limit(() => runAddressActions(dependencies, health, state, options))),
  );
  return { health, addresses };
}

async function runAddressActions(
  dependencies: WatchDependencies,
  health: HealthCounts,
  begun: AddressState,
  options: WatchOptions,
): Promise<AddressState> {
  const { config, clock } = options;
  const client = dependencies.addresses.get(begun.address);
  let state = begun;
  let seen: AddressObservation | undefined = { kind: 'checked', at: clock.elapsed() };
  while (seen && client) {
    const step = advanceAddressState(config, health, state, seen);
    state = step.state;
    for (const event of step.events) dependencies.report(event);
    seen = await performAction(client, step.action, options);
  }
  return state;
}

async function performAction(
  client: AddressClient,
  action: AddressAction,
  { clock, stopping }: WatchOptions,
): Promise<AddressObservation | undefined> {
  try {
    if (action.kind === 'move') return await client.move(action.to);
    if (action.kind === 'wait') return undefined;
    if (action.afterMs > 0) await clock.sleep(action.afterMs, stopping);
    return stopping.aborted ? undefined : await client.locate();
  } catch (error) {
    if (error instanceof InterruptedError) return undefined;
    throw error;
  }
}
