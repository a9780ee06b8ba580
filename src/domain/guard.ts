/**
 * When a guarded address moves: a pure state machine. The shell around it (src/guard/) checks, looks and moves; what it saw
 * comes in as observations, what it is to do goes out as an action. Two guards of one address do not fight:
 * - a move follows a look, in the same round, that saw the address where it is to be taken from;
 * - after a fail-over nobody fails over again before a check was good;
 * - a guard fails back what it took over itself, or found on the standby when it began.
 */
export type Side = 'primary' | 'standby';

/** Where the address is. */
export type Location = Side | 'elsewhere' | 'detached' | 'delegated' | 'gone';

export interface GuardConfig {
  readonly address: string;
  readonly titles: Readonly<Record<Side, string>>;
  /** Bad checks in a row before the address moves to the standby. */
  readonly failures: number;
  /** Good checks in a row before it moves back. */
  readonly successes: number;
  readonly failBack: boolean;
  /** The address is looked at this often, although nothing calls for it: an outage of the API is best known before. */
  readonly lookEveryMs: number;
}

/** `at`: milliseconds, of a clock that only goes forward. */
export type Observation =
  | { readonly kind: 'checked'; readonly at: number; readonly healthy: boolean; readonly detail: string }
  | { readonly kind: 'seen'; readonly at: number; readonly location: Location }
  /** Looking failed, or a move with nothing changed. */
  | { readonly kind: 'api-failed'; readonly at: number; readonly message: string }
  | { readonly kind: 'moved'; readonly at: number; readonly to: Side }
  | { readonly kind: 'refused'; readonly at: number; readonly to: Side; readonly message: string }
  | { readonly kind: 'unknown'; readonly at: number; readonly to: Side; readonly message: string };

export type Action =
  | { readonly kind: 'wait' }
  | { readonly kind: 'look' }
  | { readonly kind: 'move'; readonly from: Side; readonly to: Side };

export type EventName =
  | 'started'
  | 'healthy'
  | 'check-failed'
  | 'down'
  | 'recovered'
  | 'moved'
  | 'not-moved'
  | 'move-unknown'
  | 'moved-by-others'
  | 'api-failed'
  | 'api-back'
  | 'hook-failed'
  | 'stopped';

/** One thing that happened or was decided; `from` and `to` only where the address moved. */
export interface GuardEvent {
  readonly event: EventName;
  readonly message: string;
  readonly from?: Side;
  readonly to?: Side;
}

export interface GuardState {
  /** Bad and good checks in a row; one of them is 0. */
  readonly failures: number;
  readonly successes: number;
  /** Where the address was last seen. */
  readonly location: Location | null;
  readonly lookedAt: number;
  /** A check was good since the last fail-over: a further one may follow. */
  readonly mayFailOver: boolean;
  /** It is on the standby by this guard's own doing. */
  readonly movedByUs: boolean;
  /** A move whose outcome is not known, and how often it was since not seen. */
  readonly unsettled: { readonly to: Side; readonly looks: number } | null;
  readonly apiFails: boolean;
  /** The last reason for not moving that was told: it is told once. */
  readonly lastReason: string | null;
}

export interface Step {
  readonly state: GuardState;
  readonly events: readonly GuardEvent[];
  readonly action: Action;
}

/** So many looks, in rounds of their own, must not see a move of unknown outcome before it counts as not carried out. */
const SETTLING_LOOKS = 2;
const wait: Action = { kind: 'wait' };
const look: Action = { kind: 'look' };
const other = (side: Side): Side => (side === 'primary' ? 'standby' : 'primary');

/** @param location where the address is as the guard begins */
export function begin({ failBack }: GuardConfig, location: Location, at: number): GuardState {
  return {
    failures: 0,
    successes: 0,
    location,
    lookedAt: at,
    mayFailOver: true,
    movedByUs: failBack && location === 'standby',
    unsettled: null,
    apiFails: false,
    lastReason: null,
  };
}

export function advance(config: GuardConfig, state: GuardState, seen: Observation): Step {
  switch (seen.kind) {
    case 'checked':
      return onCheck(config, state, seen);
    case 'seen':
      return onSeen(config, state, seen);
    case 'api-failed':
      return onApiFailed(state, seen.message);
    case 'moved':
      return { ...moved(answering(state), seen.to, movedText(config, seen.to)), action: look };
    case 'refused':
      return toldOnce(config, state, `cannot be moved to ${config.titles[seen.to]}: ${seen.message}`);
    case 'unknown':
      return {
        state: { ...state, unsettled: { to: seen.to, looks: 0 } },
        events: [{ event: 'move-unknown', message: `${seen.message} Nothing is moved until it is known.` }],
        action: wait,
      };
  }
}

/** Where the address should go by the checks, if anywhere. */
function requested({ failures, successes, failBack }: GuardConfig, state: GuardState): Side | undefined {
  if (state.failures >= failures) return state.mayFailOver ? 'standby' : undefined;
  return failBack && state.movedByUs && state.successes >= successes ? 'primary' : undefined;
}

function onCheck(config: GuardConfig, before: GuardState, seen: Observation & { kind: 'checked' }): Step {
  const { healthy, at } = seen;
  const state: GuardState = {
    ...before,
    failures: healthy ? 0 : before.failures + 1,
    successes: healthy ? before.successes + 1 : 0,
    mayFailOver: before.mayFailOver || healthy,
    // What was told held for the health of then.
    lastReason: healthy === before.failures > 0 ? null : before.lastReason,
  };
  const due = at - state.lookedAt >= config.lookEveryMs;
  const action = due || state.unsettled !== null || callsForLook(config, state) ? look : wait;
  return { state, events: checkEvents(config, before, state, seen.detail), action };
}

function callsForLook(config: GuardConfig, state: GuardState): boolean {
  const to = requested(config, state);
  if (to === undefined) return false;
  const reached = state.failures === config.failures || state.successes === config.successes;
  return reached || state.apiFails || state.location === null || state.location === other(to);
}

function checkEvents(config: GuardConfig, before: GuardState, state: GuardState, detail: string): GuardEvent[] {
  const primary = config.titles.primary;
  const { failures: most } = config;
  if (state.failures === 0) {
    if (before.failures > 0) return [{ event: 'recovered', message: `${primary} is healthy again.` }];
    return before.successes === 0 ? [{ event: 'healthy', message: `${primary} is healthy.` }] : [];
  }
  if (state.failures > most) return [];
  const failed: GuardEvent = {
    event: 'check-failed',
    message: `${primary}: ${detail} (${state.failures} of ${most}).`,
  };
  return state.failures < most
    ? [failed]
    : [
        failed,
        { event: 'down', message: `${primary} is down: ${most} bad ${most === 1 ? 'check' : 'checks in a row'}.` },
      ];
}

function onSeen(config: GuardConfig, before: GuardState, { at, location }: Observation & { kind: 'seen' }): Step {
  const events: GuardEvent[] = before.apiFails ? [{ event: 'api-back', message: 'The API answers again.' }] : [];
  const state = { ...answering(before), lookedAt: at };
  const step =
    state.unsettled === null ? decide(config, state, location) : settling(config, state, state.unsettled, location);
  return { ...step, events: [...events, ...step.events] };
}

const answering = (state: GuardState): GuardState => ({ ...state, apiFails: false });

function settling(
  config: GuardConfig,
  state: GuardState,
  { to, looks }: { readonly to: Side; readonly looks: number },
  location: Location,
): Step {
  if (location === to) {
    const message = `${config.address} is on ${config.titles[to]}: looking shows that it was moved.`;
    return { ...moved(state, to, message), action: wait };
  }
  if (looks + 1 < SETTLING_LOOKS)
    return { state: { ...state, unsettled: { to, looks: looks + 1 } }, events: [], action: wait };
  const settled: GuardState = {
    ...state,
    location,
    unsettled: null,
    movedByUs: state.movedByUs && location === 'standby',
  };
  const message = `${config.address} was not moved to ${config.titles[to]}: it is ${locationText(config, location)}.`;
  return { state: settled, events: [{ event: 'not-moved', message }], action: wait };
}

function decide(config: GuardConfig, before: GuardState, location: Location): Step {
  const drifted = before.location !== null && before.location !== location;
  const events: GuardEvent[] = drifted
    ? [
        {
          event: 'moved-by-others',
          message: `${config.address} was moved by somebody else: it is ${locationText(config, location)}.`,
        },
      ]
    : [];
  const to = requested(config, before);
  const state: GuardState = {
    ...before,
    location,
    movedByUs: before.movedByUs && !drifted && location === 'standby',
    // Whoever moved it there: the fail-over has taken place.
    mayFailOver: before.mayFailOver && !(to === 'standby' && location === 'standby'),
    lastReason: drifted ? null : before.lastReason,
  };
  if (to === undefined) return { state, events, action: wait };
  if (location === other(to) && (to === 'standby' || state.movedByUs))
    return { state, events, action: { kind: 'move', from: other(to), to } };
  const where = locationText(config, location);
  const step = toldOnce(
    config,
    state,
    location === to ? `is ${where} already.` : `is not moved to ${config.titles[to]}: it is ${where}.`,
  );
  return { ...step, events: [...events, ...step.events] };
}

const movedText = ({ address, titles }: GuardConfig, to: Side): string =>
  `${address} moved from ${titles[other(to)]} to ${titles[to]}.`;

function moved(state: GuardState, to: Side, message: string): Omit<Step, 'action'> {
  return {
    state: {
      ...state,
      location: to,
      unsettled: null,
      mayFailOver: state.mayFailOver && to === 'primary',
      movedByUs: to === 'standby',
      lastReason: null,
    },
    events: [{ event: 'moved', message, from: other(to), to }],
  };
}

function onApiFailed(state: GuardState, message: string): Step {
  const events: GuardEvent[] = state.apiFails ? [] : [{ event: 'api-failed', message: `${message} Watching goes on.` }];
  return { state: { ...state, apiFails: true }, events, action: wait };
}

function toldOnce({ address }: GuardConfig, state: GuardState, reason: string): Step {
  const events: GuardEvent[] =
    state.lastReason === reason ? [] : [{ event: 'not-moved', message: `${address} ${reason}` }];
  return { state: { ...state, lastReason: reason }, events, action: wait };
}

/** Where it is, as the end of a sentence. */
export function locationText({ titles }: Pick<GuardConfig, 'titles'>, location: Location): string {
  if (location === 'primary' || location === 'standby') return `on ${titles[location]}`;
  if (location === 'elsewhere') return 'on another server';
  if (location === 'gone') return 'no longer on this account';
  return location === 'detached' ? 'detached' : 'delegated to a service';
}

/** What a single evaluation (`--once`) has come to; undefined while it takes more checks. */
export type Verdict = 'healthy' | 'failed-over' | 'api-failed' | 'not-moved' | 'unknown';

export function verdictOf(config: GuardConfig, state: GuardState): Verdict | undefined {
  const { failures, successes, location, apiFails, movedByUs, unsettled } = state;
  if (unsettled !== null) return 'unknown';
  if (failures >= config.failures) {
    if (apiFails) return 'api-failed';
    return location === 'standby' ? 'failed-over' : 'not-moved';
  }
  if (successes === 0 || (config.failBack && movedByUs && successes < config.successes)) return undefined;
  // Checks are good, and the address is still to go back.
  if (requested(config, state) === 'primary') return apiFails ? 'api-failed' : 'not-moved';
  return 'healthy';
}
