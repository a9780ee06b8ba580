import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { initialHealth, updateHealth } from '../../src/domain/guard/health.ts';
import type {
  AddressAction,
  AddressLocation,
  AddressObservation,
  AddressState,
  GuardConfig,
  GuardEventName,
  HealthCounts,
  ServerRole,
} from '../../src/domain/guard/model.ts';
import { advanceAddressState, createAddressState } from '../../src/domain/guard/placement.ts';

const IP = '192.0.2.50';

const baseConfig: GuardConfig = {
  titles: { primary: 'web-1', standby: 'web-2' },
  failures: 3,
  successes: 2,
  failBack: true,
  locateEveryMs: 60_000,
  cooldownMs: 0,
};

const allLocations = ['primary', 'standby', 'elsewhere', 'detached', 'delegated', 'gone'] as const;
const guardConfigs = fc.record({
  failures: fc.integer({ min: 1, max: 4 }),
  successes: fc.integer({ min: 1, max: 4 }),
  failBack: fc.boolean(),
});

/**
 * One round of a guard: the result of the check, the locations that the reads show, and the result of the move, if any.
 */
interface GuardRound {
  readonly healthy: boolean;
  readonly readLocations: readonly (AddressLocation | 'api-failed')[];
  readonly move: 'moved' | 'rejected' | 'unknown' | 'api-failed';
}
const rounds: fc.Arbitrary<GuardRound[]> = fc.array(
  fc.record({
    healthy: fc.boolean(),
    readLocations: fc.array(
      fc.constantFrom(...allLocations, 'primary' as const, 'standby' as const, 'api-failed' as const),
      {
        minLength: 2,
        maxLength: 2,
      },
    ),
    move: fc.constantFrom('moved', 'moved', 'rejected', 'unknown', 'api-failed'),
  }),
  { maxLength: 60 },
);

interface CompletedStep {
  readonly action: AddressAction;
  readonly seen: AddressObservation;
  readonly health: HealthCounts;
  readonly before: AddressState;
  readonly after: AddressState;
  readonly events: readonly GuardEventName[];
}

/** Passes the rounds to the state machine, as a guard does. Returns every step of the state machine. */
function runRounds(config: GuardConfig, start: AddressLocation, all: readonly GuardRound[]): CompletedStep[] {
  const done: CompletedStep[] = [];
  let state = createAddressState(config, IP, start, 0);
  let health = initialHealth;
  let at = 0;
  for (const round of all) {
    at += 5_000;
    const readLocations = [...round.readLocations];
    const counted = updateHealth(config, health, { healthy: round.healthy, detail: 'x' });
    health = counted.health;
    let events = counted.events;
    let seen: AddressObservation | undefined = { kind: 'checked', at };
    while (seen) {
      const before: AddressState = state;
      const step = advanceAddressState(config, health, before, seen);
      state = step.state;
      events = [...events, ...step.events];
      done.push({ action: step.action, seen, health, before, after: state, events: events.map(({ event }) => event) });
      events = [];
      if (step.action.kind === 'locate') at += step.action.afterMs;
      seen = getNextObservation(step.action, round, readLocations, at);
    }
  }
  return done;
}

function getNextObservation(
  action: AddressAction,
  round: GuardRound,
  readLocations: (AddressLocation | 'api-failed')[],
  at: number,
): AddressObservation | undefined {
  if (action.kind === 'wait') return undefined;
  if (action.kind === 'move') {
    return round.move === 'moved'
      ? { kind: 'moved', at, to: action.to }
      : round.move === 'api-failed'
        ? { kind: 'api-failed', at, message: 'x' }
        : { kind: round.move, at, to: action.to, message: 'x' };
  }
  const location = readLocations.length > 1 ? readLocations.shift() : readLocations[0];
  return location === undefined || location === 'api-failed'
    ? { kind: 'api-failed', at, message: 'x' }
    : { kind: 'seen', at, location };
}

/** Checks a property for every step of every sequence of rounds. */
function assertForEveryStep(
  holds: (done: CompletedStep, earlier: readonly CompletedStep[], config: GuardConfig) => void,
): void {
  fc.assert(
    fc.property(guardConfigs, fc.constantFrom(...allLocations), rounds, (some, start, all) => {
      const config = { ...baseConfig, ...some };
      const done = runRounds(config, start, all);
      for (const [at, one] of done.entries()) holds(one, done.slice(0, at), config);
    }),
    { numRuns: 2_000 },
  );
}

const isMoveTo = (to: ServerRole) => (one: CompletedStep) => one.action.kind === 'move' && one.action.to === to;

describe('a guard', () => {
  test('moves an address only right after a read that showed it on the source server', () => {
    assertForEveryStep(({ action, seen }) => {
      if (action.kind === 'move') expect(seen).toMatchObject({ kind: 'seen', location: action.from });
    });
  });

  test('fails over only after the configured failures in a row, and fails back only its own move after the configured successes', () => {
    assertForEveryStep((one, earlier, config) => {
      const checks = [...earlier, one].flatMap(({ seen, health }) =>
        seen.kind === 'checked' ? [health.successes > 0] : [],
      );
      if (isMoveTo('standby')(one)) expect(checks.slice(-config.failures)).toEqual(Array(config.failures).fill(false));
      if (!isMoveTo('primary')(one)) return;
      expect(config.failBack).toBe(true);
      expect(checks.slice(-config.successes)).toEqual(Array(config.successes).fill(true));
      const own = earlier.some(({ seen, events }) => seen.kind === 'moved' || events.includes('moved'));
      expect(own || earlier[0]?.before.movedByUs).toBe(true);
    });
  });

  test('decides nothing while the outcome of a move is unknown: until a read shows the target, or two reads do not', () => {
    assertForEveryStep((one, earlier) => {
      if (one.action.kind !== 'move') return;
      expect(one.before.uncertainMove).toBeNull();
      const unknown = earlier.findLastIndex(({ seen }) => seen.kind === 'unknown');
      if (unknown < 0) return;
      const looks = earlier.slice(unknown + 1).filter(({ seen }) => seen.kind === 'seen');
      const target = earlier[unknown]?.after.uncertainMove?.to;
      const settled = looks.some(({ seen }) => seen.kind === 'seen' && seen.location === target) || looks.length >= 2;
      expect(settled).toBe(true);
    });
  });

  test('does not fail over twice without a successful check in between', () => {
    assertForEveryStep((one, earlier) => {
      if (!isMoveTo('standby')(one)) return;
      const last = earlier.findLastIndex(
        ({ events, after }) => events.includes('moved') && after.location === 'standby',
      );
      if (last < 0) return;
      expect(earlier.slice(last).some(({ health }) => health.successes > 0)).toBe(true);
    });
  });

  test('reports an API outage and its end alternately', () => {
    fc.assert(
      fc.property(guardConfigs, rounds, (some, all) => {
        const events = runRounds({ ...baseConfig, ...some }, 'primary', all)
          .flatMap(({ events }) => events)
          .filter((event) => event.startsWith('api-'));
        for (const [at, event] of events.entries()) expect(event).toBe(at % 2 === 0 ? 'api-failed' : 'api-back');
      }),
    );
  });

  test('reports the reason for not moving once, not in every round', () => {
    const bad: GuardRound = { healthy: false, readLocations: ['elsewhere', 'elsewhere'], move: 'moved' };
    const events = runRounds(baseConfig, 'primary', Array(40).fill(bad)).flatMap(({ events }) => events);
    expect(events).toEqual(['check-failed', 'check-failed', 'check-failed', 'down', 'moved-by-others', 'not-moved']);
  });

  test('sends no API request while the primary is healthy, except for a read of the location once in a while', () => {
    const healthyRound: GuardRound = { healthy: true, readLocations: ['primary', 'primary'], move: 'moved' };
    const done = runRounds(baseConfig, 'primary', Array(25).fill(healthyRound));
    expect(done.filter(({ action }) => action.kind === 'locate')).toHaveLength(2);
    expect(done.flatMap(({ events }) => events)).toEqual(['healthy']);
  });

  test('fails back a move of another guard only if it found the address on the standby when it began', () => {
    const createHealthyRound = (location: AddressLocation): GuardRound => ({
      healthy: true,
      readLocations: [location, location],
      move: 'moved',
    });
    expect(
      runRounds(baseConfig, 'primary', Array(30).fill(createHealthyRound('standby'))).some(isMoveTo('primary')),
    ).toBe(false);
    expect(
      runRounds(baseConfig, 'standby', Array(3).fill(createHealthyRound('standby'))).some(isMoveTo('primary')),
    ).toBe(true);
  });

  const createRound = (
    healthy: boolean,
    location: AddressLocation,
    move: GuardRound['move'] = 'moved',
  ): GuardRound => ({
    healthy,
    readLocations: [location],
    move,
  });
  /**
   * Returns equal rounds for 65 seconds. The guard reads the location every 60 seconds, so it reads this location at
   * least once.
   */
  const createUnchangedRounds = (healthy: boolean, location: AddressLocation) =>
    Array<GuardRound>(13).fill(createRound(healthy, location));
  const one: GuardConfig = { ...baseConfig, failures: 1, successes: 1 };

  test.each(['elsewhere', 'detached', 'primary'] as const)(
    'does not fail back an address that left the standby (%s) and that another client moved back there',
    (left) => {
      const config = { ...one, successes: 30 };
      const rounds = [
        ...createUnchangedRounds(true, left),
        ...createUnchangedRounds(true, 'standby'),
        ...createUnchangedRounds(true, 'standby'),
      ];
      const done = runRounds(config, 'standby', [createRound(true, 'standby'), ...rounds]);
      expect(done.filter(isMoveTo('primary'))).toEqual([]);
      expect(done.at(-1)?.after.movedByUs).toBe(false);
    },
  );

  test('does not fail back an address that left the standby during a move of unknown outcome', () => {
    const lost = [
      createRound(true, 'standby', 'unknown'),
      createRound(true, 'elsewhere'),
      createRound(true, 'elsewhere'),
      createRound(true, 'elsewhere'),
    ];
    const done = runRounds(one, 'standby', [
      ...lost,
      ...createUnchangedRounds(true, 'elsewhere'),
      ...createUnchangedRounds(true, 'standby'),
    ]);
    expect(done.filter(isMoveTo('primary'))).toHaveLength(1);
    expect(done.find(({ after }, i) => i > 3 && after.location === 'elsewhere')?.after.movedByUs).toBe(false);
  });

  test('does not fail over again after another guard failed over and another client moved the address back', () => {
    const done = runRounds(one, 'primary', [createRound(false, 'standby'), ...createUnchangedRounds(false, 'primary')]);
    expect(done.filter(isMoveTo('standby'))).toEqual([]);
    const again = [createRound(false, 'standby'), createRound(true, 'primary'), createRound(false, 'primary')];
    expect(runRounds(one, 'primary', again).filter(isMoveTo('standby'))).toHaveLength(1);
  });

  test('reads the location in the next round if a move is not verified or its outcome is unknown', () => {
    const outage: GuardRound = { healthy: false, readLocations: ['primary', 'api-failed'], move: 'moved' };
    const verified = runRounds(one, 'primary', [outage, createRound(false, 'standby'), createRound(false, 'standby')]);
    const seen = verified.flatMap((done) => (done.seen.kind === 'seen' ? [done.seen.location] : []));
    expect(seen).toEqual(['primary', 'standby']);
    const unknown = runRounds(one, 'primary', [createRound(false, 'primary', 'unknown'), createRound(true, 'standby')]);
    expect(unknown.at(-1)?.events).toEqual(['moved']);
  });

  test('reports a reason again if the location changed in between', () => {
    const rounds = [
      createRound(false, 'elsewhere'),
      ...createUnchangedRounds(false, 'detached'),
      ...createUnchangedRounds(false, 'elsewhere'),
    ];
    const events = runRounds(one, 'elsewhere', rounds).flatMap((done) => done.events);
    expect(events.filter((event) => event === 'not-moved')).toHaveLength(3);
  });

  test('T-17: waits before it repeats a read that may lag', () => {
    const lagging: GuardRound = {
      healthy: false,
      readLocations: ['primary', 'primary', 'primary', 'standby'],
      move: 'moved',
    };
    const pauses = runRounds(one, 'primary', [lagging]).flatMap(({ action }) =>
      action.kind === 'locate' ? [action.afterMs] : [],
    );
    expect(pauses).toEqual([0, 0, 500, 500]);
  });
});
