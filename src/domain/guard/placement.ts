/**
 * Decides when a guarded address moves. This module is a pure state machine with one state for each address. The code in
 * src/guard/ checks the primary, reads locations and moves addresses. It passes each observation to this module and carries
 * out the returned action.
 *
 * Several guards may watch the same address. They do not undo each other's moves, because:
 * - just before a move, a guard reads the location, and moves the address only if it is still on the old server;
 * - after a failover, no guard fails over again before a check has succeeded;
 * - a guard fails back only addresses that it moved itself, or found on the standby when it began.
 */
import { hasResultJustChanged } from './health.ts';
import {
  formatCooldownMessage,
  formatForeignMoveMessage,
  formatLocation,
  formatMoveConfirmedMessage,
  formatMovedMessage,
  formatNotMovedMessage,
} from './messages.ts';
import {
  type AddressAction,
  type AddressLocation,
  type AddressObservation,
  type AddressState,
  type AddressStep,
  type GuardConfig,
  type GuardEvent,
  getOtherRole,
  type HealthCounts,
  type ServerRole,
} from './model.ts';
import { chooseMoveTarget, isCoolingDown, needsLocationRead } from './target.ts';

/**
 * How long after a write a read may still show the old state. In this time, a read of the old location does not prove that a
 * move failed (T-17).
 */
const MAX_READ_LAG_MS = 5_000;
/** The pause before the next read of a location, if the last read may have shown an old state. */
const LOCATE_AGAIN_PAUSE_MS = 500;
/**
 * A move of unknown outcome counts as failed after this many reads that do not show the address on the new server, but not
 * before MAX_READ_LAG_MS have passed.
 */
const READS_TO_CONFIRM_FAILED_MOVE = 2;

const waitAction: AddressAction = { kind: 'wait' };
const locateAction: AddressAction = { kind: 'locate', afterMs: 0 };
const locateAgainAction: AddressAction = { kind: 'locate', afterMs: LOCATE_AGAIN_PAUSE_MS };

/**
 * Returns the first state of an address.
 * @param location where the address is when the guard begins
 * @param at the current time, in milliseconds of the monotonic clock
 */
export function createAddressState(
  { failBack }: GuardConfig,
  address: string,
  location: AddressLocation,
  at: number,
): AddressState {
  return {
    address,
    location,
    locatedAt: at,
    mayFailOver: true,
    movedByUs: failBack && location === 'standby',
    lastMove: null,
    uncertainMove: null,
    apiFails: false,
    lastReason: null,
  };
}

/** Returns the new state of the address after an observation, the events to report and the next action. */
export function advanceAddressState(
  config: GuardConfig,
  health: HealthCounts,
  before: AddressState,
  seen: AddressObservation,
): AddressStep {
  const { events, ...step } = decideAfterObservation(config, health, before, seen);
  return { ...step, events: events.map((event) => ({ ...event, address: before.address })) };
}

function decideAfterObservation(
  config: GuardConfig,
  health: HealthCounts,
  before: AddressState,
  seen: AddressObservation,
): AddressStep {
  switch (seen.kind) {
    case 'checked':
      return decideAfterCheck(config, health, before, seen.at);
    case 'seen':
      return decideAfterLocation(config, health, before, seen);
    case 'api-failed':
      return recordApiFailure(before, seen.message);
    case 'moved':
      return { ...recordMove(before, seen, formatMovedMessage(config, before.address, seen.to)), action: locateAction };
    case 'rejected':
      return reportNotMoved(before, `cannot be moved to ${config.titles[seen.to]}: ${seen.message}`);
    case 'unknown':
      return {
        state: { ...before, uncertainMove: { to: seen.to, at: seen.at, reads: 0 } },
        events: [
          {
            event: 'move-unknown',
            message: `${seen.message} No other move is sent until the location of the address is known.`,
          },
        ],
        action: waitAction,
      };
  }
}

function decideAfterCheck(config: GuardConfig, health: HealthCounts, before: AddressState, at: number): AddressStep {
  const state: AddressState = {
    ...before,
    mayFailOver: before.mayFailOver || health.successes > 0,
    // Clear the last reason when the health of the primary changes, so that the guard reports the reason again.
    lastReason: hasResultJustChanged(health) ? null : before.lastReason,
  };
  const isDue = at - state.locatedAt >= config.locateEveryMs;
  const isOpen = state.uncertainMove !== null || state.lastMove?.isVerified === false;
  return {
    state,
    events: [],
    action: isDue || isOpen || needsLocationRead(config, health, state, at) ? locateAction : waitAction,
  };
}

function decideAfterLocation(
  config: GuardConfig,
  health: HealthCounts,
  before: AddressState,
  { at, location }: AddressObservation & { kind: 'seen' },
): AddressStep {
  const events: GuardEvent[] = before.apiFails ? [{ event: 'api-back', message: 'The API responds again.' }] : [];
  const state: AddressState = { ...before, apiFails: false, locatedAt: at };
  const step = decideNextStep(config, health, state, location);
  return { ...step, events: [...events, ...step.events] };
}

/** Decides the next step after a read of the location. `state.locatedAt` is the time of that read. */
function decideNextStep(
  config: GuardConfig,
  health: HealthCounts,
  state: AddressState,
  location: AddressLocation,
): AddressStep {
  const { lastMove, uncertainMove, locatedAt } = state;
  const mayLag = lastMove !== null && locatedAt - lastMove.at < MAX_READ_LAG_MS;
  if (mayLag && location === getOtherRole(lastMove.to)) return { state, events: [], action: locateAgainAction };
  return uncertainMove === null
    ? decideMove(config, health, state, location)
    : resolveUncertainMove(config, { ...state, uncertainMove }, location);
}

type StateWithUncertainMove = AddressState & { readonly uncertainMove: NonNullable<AddressState['uncertainMove']> };

/** Decides whether a move of unknown outcome succeeded. */
function resolveUncertainMove(
  config: GuardConfig,
  state: StateWithUncertainMove,
  location: AddressLocation,
): AddressStep {
  const { address, locatedAt, uncertainMove } = state;
  const { to, at } = uncertainMove;
  if (location === to) {
    const step = recordMove(state, { to, at }, formatMoveConfirmedMessage(config, address, to));
    return { ...step, state: markMoveVerified(step.state), action: waitAction };
  }
  const reads = uncertainMove.reads + 1;
  if (reads < READS_TO_CONFIRM_FAILED_MOVE || locatedAt - at < MAX_READ_LAG_MS)
    return { state: { ...state, uncertainMove: { ...uncertainMove, reads } }, events: [], action: waitAction };
  const message = `${address} was not moved to ${config.titles[to]}: it is ${formatLocation(config, location)}.`;
  return {
    state: { ...state, location, uncertainMove: null, movedByUs: state.movedByUs && location === 'standby' },
    events: [{ event: 'not-moved', message }],
    action: waitAction,
  };
}

function decideMove(
  config: GuardConfig,
  health: HealthCounts,
  before: AddressState,
  location: AddressLocation,
): AddressStep {
  const drifted = before.location !== location;
  const events: GuardEvent[] = drifted
    ? [{ event: 'moved-by-others', message: formatForeignMoveMessage(config, before, location) }]
    : [];
  const to = chooseMoveTarget(config, health, before);
  const state: AddressState = {
    ...markMoveVerified(before),
    location,
    movedByUs: before.movedByUs && !drifted && location === 'standby',
    // An address on the standby has failed over, even if another guard moved it. This guard may not fail over again until a check
    // of the primary has passed.
    mayFailOver: before.mayFailOver && !(to === 'standby' && location === 'standby'),
    lastReason: drifted ? null : before.lastReason,
  };
  if (to === undefined) return { state, events, action: waitAction };
  const isMovable = location === getOtherRole(to) && (to === 'standby' || state.movedByUs);
  const isCooling = isMovable && isCoolingDown(config, state, state.locatedAt);
  if (isMovable && !isCooling) return { state, events, action: { kind: 'move', from: location, to } };
  const step = reportNotMoved(
    state,
    isCooling ? formatCooldownMessage(config, to) : formatNotMovedMessage(config, to, location),
  );
  return { ...step, events: [...events, ...step.events] };
}

const markMoveVerified = (state: AddressState): AddressState =>
  state.lastMove === null ? state : { ...state, lastMove: { ...state.lastMove, isVerified: true } };

function recordMove(
  before: AddressState,
  { to, at }: { readonly to: ServerRole; readonly at: number },
  message: string,
) {
  const state: AddressState = {
    ...before,
    location: to,
    lastMove: { to, at, isVerified: false },
    uncertainMove: null,
    mayFailOver: before.mayFailOver && to === 'primary',
    movedByUs: to === 'standby',
    lastReason: null,
  };
  const event: GuardEvent = { event: 'moved', message, from: getOtherRole(to), to };
  return { state, events: [event] };
}

function recordApiFailure(before: AddressState, message: string): AddressStep {
  const events: GuardEvent[] = before.apiFails ? [] : [{ event: 'api-failed', message: `${message} Checks continue.` }];
  return { state: { ...before, apiFails: true }, events, action: waitAction };
}

/** Reports why the address does not move, unless the same reason was reported last. */
function reportNotMoved(state: AddressState, reason: string): AddressStep {
  const events: GuardEvent[] =
    state.lastReason === reason ? [] : [{ event: 'not-moved', message: `${state.address} ${reason}` }];
  return { state: { ...state, lastReason: reason }, events, action: waitAction };
}
