import { type AddressState, type GuardConfig, getOtherRole, type HealthCounts, type ServerRole } from './model.ts';

/** Returns the server to which the address should move according to the checks; undefined if it should stay where it is. */
export function chooseMoveTarget(
  config: GuardConfig,
  health: HealthCounts,
  state: AddressState,
): ServerRole | undefined {
  if (health.failures >= config.failures) return state.mayFailOver ? 'standby' : undefined;
  return config.failBack && state.movedByUs && health.successes >= config.successes ? 'primary' : undefined;
}

/** Returns whether the guard must read the location now because the address may have to move. */
export function needsLocationRead(config: GuardConfig, health: HealthCounts, state: AddressState, at: number): boolean {
  const to = chooseMoveTarget(config, health, state);
  if (to === undefined) return false;
  const isNew = health.failures === config.failures || health.successes === config.successes;
  return isNew || state.apiFails || (state.location === getOtherRole(to) && !isCoolingDown(config, state, at));
}

/** Returns whether the address must not move yet, because its last move is too recent. */
export const isCoolingDown = ({ cooldownMs }: GuardConfig, { lastMove }: AddressState, at: number): boolean =>
  lastMove !== null && at - lastMove.at < cooldownMs;
