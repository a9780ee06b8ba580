import type { Clock } from '../core/clock.ts';
import { InterruptedError } from '../core/errors.ts';
import {
  type Action,
  advance,
  type GuardConfig,
  type GuardEvent,
  type GuardState,
  type Observation,
  type Side,
} from '../domain/guard.ts';
import type { Health } from './probe.ts';

/** What a guard does with the world. */
export interface Ports {
  check(): Promise<Health>;
  /** @throws InterruptedError */
  look(): Promise<Observation>;
  /** Moves the address as the last look showed it. @throws InterruptedError */
  move(to: Side): Promise<Observation>;
  report(event: GuardEvent): void;
}

export interface WatchOptions {
  readonly config: GuardConfig;
  readonly intervalMs: number;
  readonly clock: Clock;
  readonly stopping: AbortSignal;
  /** Asked after every round. */
  readonly isOver?: (state: GuardState, rounds: number) => boolean;
}

/** Checks, round by round, and does what the state machine decides, until it is stopped or over. */
export async function watch(ports: Ports, begun: GuardState, options: WatchOptions): Promise<GuardState> {
  const { clock, stopping, intervalMs } = options;
  let state = begun;
  for (let rounds = 1; !stopping.aborted; rounds++) {
    const start = clock.elapsed();
    const { healthy, detail } = await ports.check();
    // A check that was cut short tells nothing.
    if (stopping.aborted) break;
    state = await round(ports, state, { kind: 'checked', at: clock.elapsed(), healthy, detail }, options.config);
    if (options.isOver?.(state, rounds)) break;
    await clock.sleep(Math.max(0, start + intervalMs - clock.elapsed()), stopping);
  }
  return state;
}

/** One check and all that follows from it. */
async function round(ports: Ports, begun: GuardState, checked: Observation, config: GuardConfig): Promise<GuardState> {
  let state = begun;
  let seen: Observation | undefined = checked;
  while (seen) {
    const step = advance(config, state, seen);
    state = step.state;
    for (const event of step.events) ports.report(event);
    seen = await act(ports, step.action);
  }
  return state;
}

async function act(ports: Ports, action: Action): Promise<Observation | undefined> {
  try {
    if (action.kind === 'look') return await ports.look();
    return action.kind === 'move' ? await ports.move(action.to) : undefined;
  } catch (error) {
    if (error instanceof InterruptedError) return undefined;
    throw error;
  }
}
