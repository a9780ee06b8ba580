import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { ApiConnection } from '../../src/api/connection.ts';
import { createTransport } from '../../src/api/transport.ts';
import type { WireResult } from '../../src/api/wire.ts';
import { type Clock, Deadline } from '../../src/core/clock.ts';
import type { GuardConfig, GuardEvent } from '../../src/domain/guard/model.ts';
import { createAddressState } from '../../src/domain/guard/placement.ts';
import { createAddressClient } from '../../src/guard/address-client.ts';
import { runGuardRounds } from '../../src/guard/watch.ts';
import { createMemoryStore } from '../../src/sandbox/memory-store.ts';
import { createSandboxApp } from '../../src/sandbox/routes.ts';
import { createSeed } from '../../src/sandbox/seeds.ts';
import type { State } from '../../src/sandbox/state.ts';
import { neverInterrupted } from '../fixture.ts';

const IP = '192.0.2.50';
const THREE_ADDRESSES = [IP, '192.0.2.51', '192.0.2.52'];
const interfaces = {
  primary: { uuid: '0078c168-d578-4a64-95cf-07376f1dc524', mac: 'da:45:c4:5c:65:6c' },
  standby: { uuid: '009e541c-3b8f-4c1d-a6e2-51d0c7f4b832', mac: 'da:45:c4:5c:7a:02' },
};
const PHASE_MS = 90_000;

/** Creates a random number generator with the same sequence in each run. */
function createRandom(start: number): () => number {
  let state = start;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/**
 * Creates a clock for functions that run at the same time. The clock advances only when all of them sleep. So an hour
 * takes no real time, and each run is the same.
 */
function createVirtualTime(random: () => number) {
  const sleepers: { at: number; wake: () => void }[] = [];
  let now = 0;
  let actors = 0;
  const clock: Clock = {
    now: () => now,
    elapsed: () => now,
    random,
    startTimer: () => () => {},
    sleep: (ms, signal) =>
      signal?.aborted ? Promise.resolve() : new Promise((wake) => void sleepers.push({ at: now + ms, wake })),
  };
  return {
    clock,
    async run(work: readonly Promise<unknown>[]): Promise<void> {
      actors = work.length;
      const all = Promise.all(work.map((one) => one.finally(() => void actors--)));
      all.catch(() => {});
      while (actors > 0) {
        if (sleepers.length < actors) await turn();
        else {
          const next = sleepers.reduce((first, one) => (one.at < first.at ? one : first));
          sleepers.splice(sleepers.indexOf(next), 1);
          now = next.at;
          next.wake();
          await turn();
        }
      }
      await all;
    },
  };
}

interface NetworkFaults {
  /** The share of requests for which the connection is rejected. */
  readonly rejected: number;
  /** The share of requests for which the response is lost. */
  readonly lost: number;
  /** The maximum length of the API outage that begins whenever the primary fails or recovers. */
  readonly outageMs: number;
  /** The maximum time after a change in which reads may still show the old state. */
  readonly lagMs: number;
}

/** Returns whether a guard believes that the primary is down. `down` is whether the primary really is down. */
type HealthView = (down: boolean) => boolean;
const seesRealHealth: HealthView = (down) => down;
const seesAlwaysUp: HealthView = () => false;
const seesAlwaysDown: HealthView = () => true;

/** Returns the demo account, in which exactly these floating IPs are on the primary. */
function createGuardedState(addresses: readonly string[]): State {
  const state = createSeed('demo');
  const [model] = state.addresses.filter(({ address }) => address === IP);
  if (!model) throw new Error('the demo account has no such address');
  const others = state.addresses.filter(({ address }) => !addresses.includes(address));
  return { ...state, addresses: [...others, ...addresses.map((address) => ({ ...model, address }))] };
}

/**
 * Runs one guard for each view of the primary's health. All of them guard the same addresses in a sandbox, over a
 * simulated network.
 */
async function runTwoGuards(
  views: readonly HealthView[],
  flips: number,
  networkFaults: NetworkFaults,
  { start, addresses = [IP], cooldownMs = 0 }: { start: number; addresses?: readonly string[]; cooldownMs?: number },
) {
  const random = createRandom(start);
  const { clock, run } = createVirtualTime(random);
  const environment = { now: () => 0, random };
  const store = createMemoryStore(createGuardedState(addresses));
  const app = createSandboxApp(store, environment);
  const readCurrentMacs = async () => {
    const all = (await store.read()).addresses;
    return addresses.map((guarded) => all.find(({ address }) => address === guarded)?.mac ?? 'lost');
  };
  const history: { readonly at: number; readonly address: string; readonly mac: string }[] = [];
  // For each URL, the response before the last change, and how long reads still get this response.
  const earlier = new Map<string, { readonly text: string; readonly until: number }>();
  const over = new AbortController();
  let down = false;
  let outageUntil = 0;

  const wire: ApiConnection = {
    async sendOnce({ method, url, headers, body }): Promise<WireResult> {
      await clock.sleep(1 + random() * 400);
      if (clock.now() < outageUntil || random() < networkFaults.rejected) {
        return { kind: 'failure', failure: 'connect', sent: false, code: 'ECONNREFUSED' };
      }
      const before = await readCurrentMacs();
      const fetchText = async (request: Request) => {
        const response = await app.fetch(request);
        return { status: response.status, text: await response.text() };
      };
      const stale = earlier.get(url);
      if (method === 'PATCH') {
        const { text } = await fetchText(new Request(url, { headers }));
        earlier.set(url, { text, until: clock.now() + random() * networkFaults.lagMs });
      }
      const response = await fetchText(new Request(url, { method, headers, ...(body === undefined ? {} : { body }) }));
      const isLagging = method === 'GET' && stale !== undefined && clock.now() < stale.until;
      const text = Buffer.from(isLagging ? stale.text : response.text);
      for (const [i, mac] of (await readCurrentMacs()).entries())
        if (mac !== before[i]) history.push({ at: clock.now(), address: addresses[i] ?? '', mac });
      await clock.sleep(1 + random() * 400);
      if (random() < networkFaults.lost) return { kind: 'failure', failure: 'reset', sent: true, code: 'ECONNRESET' };
      const contentType = 'application/json';
      return {
        kind: 'response',
        status: response.status,
        contentType,
        retryAfter: undefined,
        requestId: undefined,
        body: text,
      };
    },
    closed: new AbortController().signal,
    close() {},
  };

  const config: GuardConfig = {
    titles: { primary: 'web-1', standby: 'web-2' },
    failures: 2,
    successes: 2,
    failBack: true,
    locateEveryMs: 60_000,
    cooldownMs,
  };
  const events: GuardEvent[] = [];
  const guard = (view: HealthView) =>
    runGuardRounds(
      {
        async check() {
          await clock.sleep(1 + random() * 200);
          return { healthy: !view(down), detail: 'HTTP 503', isLate: false };
        },
        addresses: new Map(
          addresses.map((address) => [
            address,
            createAddressClient({
              address,
              interfaces,
              clock,
              api: async () =>
                createTransport({
                  wire: async () => wire,
                  origin: 'http://127.0.0.1',
                  authorization: 'Bearer ucat_sandbox',
                  deadline: new Deadline(20_000, clock.now),
                  clock,
                  interrupt: neverInterrupted,
                  note: () => {},
                  debug: () => {},
                  hide: (text) => text,
                }),
            }),
          ]),
        ),
        report: (event) => void events.push(event),
      },
      addresses.map((address) => createAddressState(config, address, 'primary', 0)),
      { config, intervalMs: 2_000, clock, stopping: over.signal },
    );
  const phases: { readonly wanted: string; readonly is: string; readonly changes: number }[] = [];
  const flipHealthRepeatedly = async () => {
    for (let flip = 0; flip < flips; flip++) {
      down = !down;
      outageUntil = clock.now() + random() * networkFaults.outageMs;
      const before = history.length;
      await clock.sleep(PHASE_MS + random() * 10_000);
      const wanted = (down ? interfaces.standby : interfaces.primary).mac;
      const changed = history.slice(before);
      for (const [i, is] of (await readCurrentMacs()).entries())
        phases.push({ wanted, is, changes: changed.filter(({ address }) => address === addresses[i]).length });
    }
    over.abort();
  };
  await run([flipHealthRepeatedly(), ...views.map(guard)]);
  return { phases, history, events };
}

/** The time limit of a test. It is generous for busy machines: a test takes only some seconds. */
const TEST_TIMEOUT_MS = process.env.UPC_SOAK ? 600_000 : 120_000;
const FLIPS = process.env.UPC_SOAK ? 10_000 : 1_000;

describe('two guards of one address', () => {
  test.each([
    ['a good network', { rejected: 0, lost: 0, outageMs: 0, lagMs: 0 }],
    [
      'a network that rejects connections, loses responses, fails for half a minute and lags by seconds',
      { rejected: 0.1, lost: 0.1, outageMs: 30_000, lagMs: 4_000 },
    ],
  ])(
    `through ${FLIPS} failures and recoveries on %s: one change each, never fought over, never lost`,
    async (_, weather) => {
      const { phases, history, events } = await runTwoGuards([seesRealHealth, seesRealHealth], FLIPS, weather, {
        start: 42,
      });
      expect(phases).toHaveLength(FLIPS);
      expect(phases.filter(({ wanted, is }) => wanted !== is)).toEqual([]);
      expect(phases.filter(({ changes }) => changes !== 1)).toEqual([]);
      expect(new Set(history.map(({ mac }) => mac))).toEqual(new Set([interfaces.primary.mac, interfaces.standby.mac]));
      // Check that the simulated outages did cause failures.
      expect(events.some(({ event }) => event === 'api-failed')).toBe(weather.outageMs > 0);
    },
    TEST_TIMEOUT_MS,
  );

  test.each([
    ['one never sees it fail', seesAlwaysUp, 1],
    ['one always sees it fail', seesAlwaysDown, 1],
    // When the primary fails or recovers, both guards see a change of its health. So each guard may move the address
    // once.
    ['one sees the opposite', (down: boolean) => !down, 2],
  ])('that see the primary differently (%s): at most one change for each change of a view', async (_, view, most) => {
    const { phases, history } = await runTwoGuards(
      [seesRealHealth, view],
      200,
      { rejected: 0.1, lost: 0, outageMs: 0, lagMs: 0 },
      { start: 7 },
    );
    expect(Math.max(...phases.map(({ changes }) => changes))).toBe(most);
    expect(history.filter(({ mac }) => mac === 'lost')).toEqual([]);
  });
});

describe('one guard of three addresses', () => {
  test(
    `through ${FLIPS} failures and recoveries on a bad network: each address moves once for each, by itself`,
    async () => {
      const weather = { rejected: 0.1, lost: 0.1, outageMs: 30_000, lagMs: 1_000 };
      const { phases, history, events } = await runTwoGuards([seesRealHealth], FLIPS, weather, {
        start: 3,
        addresses: THREE_ADDRESSES,
      });
      expect(phases).toHaveLength(3 * FLIPS);
      expect(phases.filter(({ wanted, is }) => wanted !== is)).toEqual([]);
      expect(phases.filter(({ changes }) => changes !== 1)).toEqual([]);
      expect(history.filter(({ mac }) => mac === 'lost')).toEqual([]);
      for (const address of THREE_ADDRESSES) {
        const moves = events.filter((one) => one.event === 'moved' && one.address === address);
        expect(moves.map(({ to }) => to)).toEqual(
          Array.from({ length: FLIPS }, (_, i) => (i % 2 === 0 ? 'standby' : 'primary')),
        );
      }
      expect(events.filter(({ event }) => event === 'down')).toHaveLength(FLIPS / 2);
      expect(events.filter(({ event }) => event === 'moved-by-others')).toEqual([]);
    },
    TEST_TIMEOUT_MS,
  );

  test('with a cooldown: no address moves twice within it, and each ends where it belongs', async () => {
    const cooldownMs = 150_000;
    const weather = { rejected: 0, lost: 0, outageMs: 0, lagMs: 0 };
    const { history, events } = await runTwoGuards([seesRealHealth], 101, weather, {
      start: 5,
      addresses: THREE_ADDRESSES,
      cooldownMs,
    });
    for (const address of THREE_ADDRESSES) {
      const times = history.filter((one) => one.address === address).map(({ at }) => at);
      expect(times.length).toBeGreaterThan(30);
      for (const [i, at] of times.slice(1).entries()) expect(at - (times[i] ?? 0)).toBeGreaterThan(cooldownMs - 2_000);
    }
    expect(events.some(({ message }) => /its last move was less than 150 s ago\.$/.test(message))).toBe(true);
  });
});
