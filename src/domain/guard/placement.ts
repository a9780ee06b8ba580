/**
 * When a guarded address moves: a pure state machine, one state for each address. src/guard/ checks, looks and moves, passes
 * in what it observed, and carries out the action that comes out. Several guards of one address do not fight:
 * - a move follows a look, in the same round, that saw the address where it is taken from;
 * - after a failover no guard fails over again before a check succeeded;
 * - a guard fails back only what it moved itself, or found on the standby when it began.
 */
import { hasJustChanged } from './health.ts';
import { cooldownText, driftText, foundMovedText, locationText, movedText, notMovedText } from './messages.ts';
import {
  type Action,
  type AddressState,
  type GuardConfig,
  type GuardEvent,
  type Health,
  type Location,
  type Observation,
  otherSide,
  type Side,
  type Step,
} from './model.ts';
import { chooseTarget, isCoolingDown, needsLook } from './target.ts';

/** Reads may lag behind writes this long: until then a look that shows the state before a move proves nothing (T-17). */
const READ_LAG_MS = 5_000;
/** The pause before a look that is repeated because of that. */
const LOOK_AGAIN_MS = 500;
/** At least this many looks, in rounds of their own, come before a move of unknown outcome counts as not carried out. */
const SETTLING_LOOKS = 2;

const wait: Action = { kind: 'wait' };
const look: Action = { kind: 'look', afterMs: 0 };
const lookAgain: Action = { kind: 'look', afterMs: LOOK_AGAIN_MS };

/** @param location where the address is as the guard begins */
export function begin({ failBack }: GuardConfig, address: string, location: Location, at: number): AddressState {
  return {
    address,
    location,
    lookedAt: at,
    mayFailOver: true,
    movedByUs: failBack && location === 'standby',
    lastMove: null,
    unsettled: null,
    apiFails: false,
    lastReason: null,
  };
}

/** Returns what an observation means for the address: its new state, what to report, what to do next. */
export function advance(config: GuardConfig, health: Health, before: AddressState, seen: Observation): Step {
  const { events, ...step } = advanceOne(config, health, before, seen);
  return { ...step, events: events.map((event) => ({ ...event, address: before.address })) };
}

function advanceOne(config: GuardConfig, health: Health, before: AddressState, seen: Observation): Step {
  switch (seen.kind) {
    case 'checked':
      return onCheck(config, health, before, seen.at);
    case 'seen':
      return onSeen(config, health, before, seen);
    case 'api-failed':
      return onApiFailed(before, seen.message);
    case 'moved':
      return { ...moved(before, seen, movedText(config, before.address, seen.to)), action: look };
    case 'rejected':
      return reportReason(before, `cannot be moved to ${config.titles[seen.to]}: ${seen.message}`);
    case 'unknown':
      return {
        state: { ...before, unsettled: { to: seen.to, at: seen.at, looks: 0 } },
        events: [
          { event: 'move-unknown', message: `${seen.message} No other move is sent before its location is known.` },
        ],
        action: wait,
      };
  }
}

function onCheck(config: GuardConfig, health: Health, before: AddressState, at: number): Step {
  const state: AddressState = {
    ...before,
    mayFailOver: before.mayFailOver || health.successes > 0,
    // A reason holds for the health it was reported with.
    lastReason: hasJustChanged(health) ? null : before.lastReason,
  };
  const isDue = at - state.lookedAt >= config.lookEveryMs;
  const isOpen = state.unsettled !== null || state.lastMove?.isVerified === false;
  return { state, events: [], action: isDue || isOpen || needsLook(config, health, state, at) ? look : wait };
}

function onSeen(
  config: GuardConfig,
  health: Health,
  before: AddressState,
  { at, location }: Observation & { kind: 'seen' },
): Step {
  const events: GuardEvent[] = before.apiFails ? [{ event: 'api-back', message: 'The API responds again.' }] : [];
  const state: AddressState = { ...before, apiFails: false, lookedAt: at };
  const step = nextStep(config, health, state, location);
  return { ...step, events: [...events, ...step.events] };
}

/** @param state with the time of this look */
function nextStep(config: GuardConfig, health: Health, state: AddressState, location: Location): Step {
  const { lastMove, unsettled, lookedAt } = state;
  const mayLag = lastMove !== null && lookedAt - lastMove.at < READ_LAG_MS;
  if (mayLag && location === otherSide(lastMove.to)) return { state, events: [], action: lookAgain };
  return unsettled === null
    ? decide(config, health, state, location)
    : settle(config, { ...state, unsettled }, location);
}

type Unsettled = AddressState & { readonly unsettled: NonNullable<AddressState['unsettled']> };

/** Finds out whether a move of unknown outcome was carried out. */
function settle(config: GuardConfig, state: Unsettled, location: Location): Step {
  const { address, lookedAt, unsettled } = state;
  const { to, at } = unsettled;
  if (location === to) {
    const step = moved(state, { to, at }, foundMovedText(config, address, to));
    return { ...step, state: verified(step.state), action: wait };
  }
  const looks = unsettled.looks + 1;
  if (looks < SETTLING_LOOKS || lookedAt - at < READ_LAG_MS)
    return { state: { ...state, unsettled: { ...unsettled, looks } }, events: [], action: wait };
  const message = `${address} was not moved to ${config.titles[to]}: it is ${locationText(config, location)}.`;
  return {
    state: { ...state, location, unsettled: null, movedByUs: state.movedByUs && location === 'standby' },
    events: [{ event: 'not-moved', message }],
    action: wait,
  };
}

function decide(config: GuardConfig, health: Health, before: AddressState, location: Location): Step {
  const drifted = before.location !== location;
  const events: GuardEvent[] = drifted
    ? [{ event: 'moved-by-others', message: driftText(config, before, location) }]
    : [];
  const to = chooseTarget(config, health, before);
  const state: AddressState = {
    ...verified(before),
    location,
    movedByUs: before.movedByUs && !drifted && location === 'standby',
    // The failover has taken place, by this guard or by another.
    mayFailOver: before.mayFailOver && !(to === 'standby' && location === 'standby'),
    lastReason: drifted ? null : before.lastReason,
  };
  if (to === undefined) return { state, events, action: wait };
  const isMovable = location === otherSide(to) && (to === 'standby' || state.movedByUs);
  const isCooling = isMovable && isCoolingDown(config, state, state.lookedAt);
  if (isMovable && !isCooling) return { state, events, action: { kind: 'move', from: location, to } };
  const step = reportReason(state, isCooling ? cooldownText(config, to) : notMovedText(config, to, location));
  return { ...step, events: [...events, ...step.events] };
}

const verified = (state: AddressState): AddressState =>
  state.lastMove === null ? state : { ...state, lastMove: { ...state.lastMove, isVerified: true } };

function moved(before: AddressState, { to, at }: { readonly to: Side; readonly at: number }, message: string) {
  const state: AddressState = {
    ...before,
    location: to,
    lastMove: { to, at, isVerified: false },
    unsettled: null,
    mayFailOver: before.mayFailOver && to === 'primary',
    movedByUs: to === 'standby',
    lastReason: null,
  };
  const event: GuardEvent = { event: 'moved', message, from: otherSide(to), to };
  return { state, events: [event] };
}

function onApiFailed(before: AddressState, message: string): Step {
  const events: GuardEvent[] = before.apiFails ? [] : [{ event: 'api-failed', message: `${message} Checks continue.` }];
  return { state: { ...before, apiFails: true }, events, action: wait };
}

/** Reports why the address does not move, unless that was the last thing reported. */
function reportReason(state: AddressState, reason: string): Step {
  const events: GuardEvent[] =
    state.lastReason === reason ? [] : [{ event: 'not-moved', message: `${state.address} ${reason}` }];
  return { state: { ...state, lastReason: reason }, events, action: wait };
}
