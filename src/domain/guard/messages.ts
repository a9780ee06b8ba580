import { type AddressState, type GuardConfig, getOtherSide, type Location, type Side } from './model.ts';

/** Returns the location of an address as the end of a sentence. */
export function formatLocation({ titles }: Pick<GuardConfig, 'titles'>, location: Location): string {
  if (location === 'primary' || location === 'standby') return `on ${titles[location]}`;
  if (location === 'elsewhere') return 'on another server';
  if (location === 'gone') return 'no longer on this account';
  return location === 'detached' ? 'detached' : 'delegated to a service';
}

/** Returns the message for the start of a guard. */
export function formatStart(config: GuardConfig, { address, location }: AddressState): string {
  const { titles, failures, failBack } = config;
  const start = `Guarding ${address}, which is ${formatLocation(config, location)}`;
  if (location !== 'primary' && location !== 'standby')
    return `${start}. The guard does not move it until it is on ${titles.primary} or ${titles.standby}.`;
  const checks = failures === 1 ? '1 failed check' : `${failures} failed checks`;
  const back = failBack ? `, and back when ${titles.primary} is healthy again` : '';
  return `${start}. After ${checks} of ${titles.primary} it moves to ${titles.standby}${back}.`;
}

export const formatMoved = ({ titles }: GuardConfig, address: string, to: Side): string =>
  `${address} moved from ${titles[getOtherSide(to)]} to ${titles[to]}.`;

export const formatFoundMoved = ({ titles }: GuardConfig, address: string, to: Side): string =>
  `${address} is on ${titles[to]}: the move succeeded.`;

/** Returns the message for an address that was moved, but not by this guard. */
export function formatDrift(config: GuardConfig, { address, lastMove }: AddressState, location: Location): string {
  const where = `${address} is ${formatLocation(config, location)}`;
  const isOnServer = location === 'primary' || location === 'standby' || location === 'elsewhere';
  if (lastMove === null || lastMove.isVerified)
    return `${where}: another client ${isOnServer ? 'moved' : 'changed'} it.`;
  return `${where} after the move to ${config.titles[lastMove.to]}: another client moved it, or the move failed.`;
}

export const formatNotMoved = (config: GuardConfig, to: Side, location: Location): string =>
  location === to
    ? `is already ${formatLocation(config, location)}.`
    : `is not moved to ${config.titles[to]}: it is ${formatLocation(config, location)}.`;

export const formatCooldown = ({ titles, cooldownMs }: GuardConfig, to: Side): string =>
  `is not moved to ${titles[to]} yet: its last move was less than ${cooldownMs / 1_000} s ago.`;
