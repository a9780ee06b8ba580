import { type AddressState, type GuardConfig, type Health, otherSide, type Side } from './model.ts';

/** Returns the side where the address belongs by the checks, if they say so. */
export function chooseTarget(config: GuardConfig, health: Health, state: AddressState): Side | undefined {
  if (health.failures >= config.failures) return state.mayFailOver ? 'standby' : undefined;
  return config.failBack && state.movedByUs && health.successes >= config.successes ? 'primary' : undefined;
}

/** Tells whether the location has to be known now, because the address may have to move. */
export function needsLook(config: GuardConfig, health: Health, state: AddressState, at: number): boolean {
  const to = chooseTarget(config, health, state);
  if (to === undefined) return false;
  const isNew = health.failures === config.failures || health.successes === config.successes;
  return isNew || state.apiFails || (state.location === otherSide(to) && !isCoolingDown(config, state, at));
}

/** Tells whether the address moved so short a time ago that it stays where it is. */
export const isCoolingDown = ({ cooldownMs }: GuardConfig, { lastMove }: AddressState, at: number): boolean =>
  lastMove !== null && at - lastMove.at < cooldownMs;
