import { type AddressLocation, type AddressState, type GuardConfig, getOtherRole, type ServerRole } from './model.ts';

/** Returns the location of an address as the end of a sentence. */
export function formatLocation({ titles }: Pick<GuardConfig, 'titles'>, location: AddressLocation): string {
  if (location === 'primary' || location === 'standby') return `on ${titles[location]}`;
  if (location === 'elsewhere') return 'on another server';
  if (location === 'gone') return 'no longer on this account';
  return location === 'detached' ? 'detached' : 'delegated to a service';
}

/** Returns the message for the start of a guard. */
export function formatStartMessage(config: GuardConfig, { address, location }: AddressState): string {
  const { titles, failures, failBack } = config;
  const start = `Guarding ${address}, which is ${formatLocation(config, location)}`;
  if (location !== 'primary' && location !== 'standby')
    return `${start}. The guard moves the address only while it is on ${titles.primary} or ${titles.standby}.`;
  const checks = failures === 1 ? '1 failed check' : `${failures} failed checks`;
  const back = failBack ? `, and back when ${titles.primary} is healthy again` : '';
  return `${start}. After ${checks} of ${titles.primary}, the guard moves it to ${titles.standby}${back}.`;
}

export const formatMovedMessage = ({ titles }: GuardConfig, address: string, to: ServerRole): string =>
  `${address} moved from ${titles[getOtherRole(to)]} to ${titles[to]}.`;

export const formatMoveConfirmedMessage = ({ titles }: GuardConfig, address: string, to: ServerRole): string =>
  `${address} is on ${titles[to]}: the move succeeded.`;

/** Returns the message for an address that was moved, but not by this guard. */
export function formatForeignMoveMessage(
  config: GuardConfig,
  { address, lastMove }: AddressState,
  location: AddressLocation,
): string {
  const where = `${address} is ${formatLocation(config, location)}`;
  const isOnServer = location === 'primary' || location === 'standby' || location === 'elsewhere';
  if (lastMove === null || lastMove.isVerified)
    return `${where}: another client ${isOnServer ? 'moved' : 'changed'} it.`;
  return `${where} after the move to ${config.titles[lastMove.to]}: another client moved it, or the move failed.`;
}

export const formatNotMovedMessage = (config: GuardConfig, to: ServerRole, location: AddressLocation): string =>
  location === to
    ? `is already ${formatLocation(config, location)}.`
    : `is not moved to ${config.titles[to]}: it is ${formatLocation(config, location)}.`;

export const formatCooldownMessage = ({ titles, cooldownMs }: GuardConfig, to: ServerRole): string =>
  `is not moved to ${titles[to]} yet: its last move was less than ${cooldownMs / 1_000} s ago.`;
