import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Connection, WireResult } from '../../src/api/connection.ts';
import { createTransport } from '../../src/api/transport.ts';
import { type Clock, Deadline } from '../../src/core/clock.ts';
import type { GuardConfig, GuardEvent } from '../../src/domain/guard/model.ts';
import { begin } from '../../src/domain/guard/placement.ts';
import { addressPort } from '../../src/guard/address-port.ts';
import { watch } from '../../src/guard/watch.ts';
import { memoryStore } from '../../src/sandbox/memory-store.ts';
import { createApp } from '../../src/sandbox/routes.ts';
import { seed } from '../../src/sandbox/seeds.ts';
import { neverInterrupted } from '../fixture.ts';

const IP = '192.0.2.50';
const interfaces = {
  primary: { uuid: '0078c168-d578-4a64-95cf-07376f1dc524', mac: 'da:45:c4:5c:65:6c' },
  standby: { uuid: '009e541c-3b8f-4c1d-a6e2-51d0c7f4b832', mac: 'da:45:c4:5c:7a:02' },
};
const PHASE_MS = 90_000;

/** Chance that is the same in every run. */
function chance(start: number): () => number {
  let state = start;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Time that passes only when everybody waits for it, so that an hour takes no time and every run is the same. */
function virtualTime(random: () => number) {
  const sleepers: { at: number; wake: () => void }[] = [];
  let now = 0;
  let actors = 0;
  const clock: Clock = {
    now: () => now,
    elapsed: () => now,
    random,
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

interface Weather {
  /** Shares of requests whose connection is refused, and of those whose answer is lost. */
  readonly refused: number;
  readonly lost: number;
  /** Outages at the beginning of a phase, at most this long. */
  readonly outageMs: number;
}

/** How a guard sees the primary, which is down or not. */
type View = (down: boolean) => boolean;
const asItIs: View = (down) => down;
const alwaysUp: View = () => false;
const alwaysDown: View = () => true;

/** Guards of one address, on a network with delays of its own, against the sandbox's rules. */
async function rehearse(views: readonly View[], flips: number, weather: Weather, start: number) {
  const random = chance(start);
  const { clock, run } = virtualTime(random);
  const environment = { now: () => 0, random };
  const store = memoryStore(seed('demo'));
  const app = createApp(store, environment);
  const mac = async () => (await store.read()).addresses.find(({ address }) => address === IP)?.mac;
  const history: string[] = [];
  const over = new AbortController();
  let down = false;
  let outageUntil = 0;

  const wire: Connection = {
    async sendOnce({ method, url, headers, body }): Promise<WireResult> {
      await clock.sleep(1 + random() * 400);
      if (clock.now() < outageUntil || random() < weather.refused) {
        return { kind: 'failure', failure: 'refuse', sent: false, code: 'ECONNREFUSED' };
      }
      const before = await mac();
      const response = await app.fetch(new Request(url, { method, headers, ...(body === undefined ? {} : { body }) }));
      const text = Buffer.from(await response.text());
      const after = await mac();
      if (after !== before) history.push(after ?? 'lost');
      await clock.sleep(1 + random() * 400);
      if (random() < weather.lost) return { kind: 'failure', failure: 'reset', sent: true, code: 'ECONNRESET' };
      const contentType = 'application/json';
      return {
        kind: 'answer',
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
    lookEveryMs: 60_000,
  };
  const events: GuardEvent[] = [];
  const guard = (view: View) =>
    watch(
      {
        async check() {
          await clock.sleep(1 + random() * 200);
          return { healthy: !view(down), detail: 'HTTP 503', isLate: false };
        },
        addresses: new Map([
          [
            IP,
            addressPort({
              address: IP,
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
          ],
        ]),
        report: (event) => void events.push(event),
      },
      [begin(config, IP, 'primary', 0)],
      { config, intervalMs: 2_000, clock, stopping: over.signal },
    );
  const phases: { readonly wanted: string; readonly is: string | null | undefined; readonly changes: number }[] = [];
  const director = async () => {
    for (let flip = 0; flip < flips; flip++) {
      down = !down;
      outageUntil = clock.now() + random() * weather.outageMs;
      const before = history.length;
      await clock.sleep(PHASE_MS + random() * 10_000);
      const wanted = (down ? interfaces.standby : interfaces.primary).mac;
      phases.push({ wanted, is: await mac(), changes: history.length - before });
    }
    over.abort();
  };
  await run([director(), ...views.map(guard)]);
  return { phases, history, events };
}

/** Some seconds; a busy machine takes longer. */
const PATIENCE_MS = process.env.UPC_SOAK ? 600_000 : 120_000;
const FLIPS = process.env.UPC_SOAK ? 10_000 : 1_000;

describe('two guards of one address', () => {
  test.each([
    ['a good network', { refused: 0, lost: 0, outageMs: 0 }],
    [
      'a network that refuses connections, loses answers and fails for half a minute',
      { refused: 0.1, lost: 0.1, outageMs: 30_000 },
    ],
  ])(
    `through ${FLIPS} failures and recoveries on %s: one change each, never fought over, never lost`,
    async (_, weather) => {
      const { phases, history, events } = await rehearse([asItIs, asItIs], FLIPS, weather, 42);
      expect(phases).toHaveLength(FLIPS);
      expect(phases.filter(({ wanted, is }) => wanted !== is)).toEqual([]);
      expect(phases.filter(({ changes }) => changes !== 1)).toEqual([]);
      expect(history).not.toContain('lost');
      expect(new Set(history)).toEqual(new Set([interfaces.primary.mac, interfaces.standby.mac]));
      // The weather was really bad: otherwise nothing would be shown.
      expect(events.some(({ event }) => event === 'api-failed')).toBe(weather.outageMs > 0);
    },
    PATIENCE_MS,
  );

  test.each([
    ['one never sees it fail', alwaysUp, 1],
    ['one always sees it fail', alwaysDown, 1],
    // Two views change in each phase, and each may be answered.
    ['one sees the opposite', (down: boolean) => !down, 2],
  ])('that see the primary differently (%s): at most one change for each change of a view', async (_, view, most) => {
    const { phases, history } = await rehearse([asItIs, view], 200, { refused: 0.1, lost: 0, outageMs: 0 }, 7);
    expect(Math.max(...phases.map(({ changes }) => changes))).toBe(most);
    expect(history).not.toContain('lost');
  });
});
