import type { AddressState, GuardConfig, HealthCounts } from './model.ts';
import { chooseMoveTarget } from './target.ts';

/** The result of a guard that runs once (`--once`). */
export type Verdict = 'healthy' | 'failed-over' | 'api-failed' | 'not-moved' | 'unknown';

/** Returns the result for one address; undefined while more checks are needed. */
export function decideVerdict(config: GuardConfig, health: HealthCounts, state: AddressState): Verdict | undefined {
  const { failures, successes } = health;
  const { location, apiFails, movedByUs, uncertainMove } = state;
  if (uncertainMove !== null) return 'unknown';
  if (failures >= config.failures) {
    if (apiFails) return 'api-failed';
    return location === 'standby' ? 'failed-over' : 'not-moved';
  }
  if (successes === 0 || (config.failBack && movedByUs && successes < config.successes)) return undefined;
  // The primary is healthy, but the address has not moved back to it.
  if (chooseMoveTarget(config, health, state) === 'primary') return apiFails ? 'api-failed' : 'not-moved';
  return 'healthy';
}
