import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  createQuickClock,
  GuardFixture,
  type GuardResponder,
  IP,
  MAC1,
  MAC2,
  readEvents,
  respondBadGateway,
  waitUntil,
} from './guard-fixture.ts';

let s: GuardFixture;
let clock: ReturnType<typeof createQuickClock>;
beforeEach(async () => {
  s = new GuardFixture();
  clock = createQuickClock();
  await s.open();
});
afterEach(() => s.close());

/**
 * Returns a responder that simulates outdated reads: for `lagMs` milliseconds after a move, reads show the old state.
 * @param shown whether a read shows the old state, given the milliseconds since the move; replaces `lagMs`
 */
function createLaggingResponder(lagMs: number, shown = (sinceMs: number) => sinceMs < lagMs): GuardResponder {
  let last = new Response();
  let before = new Response();
  let changedAt = Number.NEGATIVE_INFINITY;
  return async (request, carryOut) => {
    const isRead = request.method === 'GET' && request.url.endsWith(`/ip_address/${IP}`);
    if (isRead && shown(clock.elapsed() - changedAt)) return before.clone();
    const response = await carryOut();
    if (isRead) last = response.clone();
    if (request.method === 'PATCH') {
      before = last.clone();
      changedAt = clock.elapsed();
    }
    return response;
  };
}

const decisive = (log: string) =>
  readEvents(log)
    .map(({ event }) => event)
    .filter((event) => /move|api/.test(event));

describe('T-17 reads that lag behind a move', () => {
  test.each([300, 4_500])('by %i ms: nobody else is named, and the guard fails back', async (lag) => {
    s.respond = createLaggingResponder(lag);
    s.status = 500;
    const running = s.guard('--failures 1 --fail-back --successes 1 -o ndjson', s.url, clock);
    await waitUntil(async () => (await s.mac()) === MAC2);
    s.status = 200;
    await waitUntil(async () => (await s.mac()) === MAC1);
    await waitUntil(() => s.requests.at(-1)?.startsWith('GET') === true);
    s.stop();
    expect(decisive((await running).out)).toEqual(['moved', 'moved']);
    expect(s.changes).toHaveLength(2);
  });

  test('and then show the old state once more: still nobody else is named', async () => {
    s.respond = createLaggingResponder(0, (since) => since < 600 || (since > 1_500 && since < 3_000));
    s.status = 500;
    const running = s.guard('--failures 1 --fail-back --successes 1 --interval 0.5 -o ndjson', s.url, clock);
    await waitUntil(async () => (await s.mac()) === MAC2);
    s.status = 200;
    await waitUntil(async () => (await s.mac()) === MAC1);
    const { checks } = s;
    await waitUntil(() => s.checks > checks + 20);
    s.stop();
    expect(decisive((await running).out)).toEqual(['moved', 'moved']);
  });

  test('for longer than that: the address is reported where it is, with both possible reasons', async () => {
    s.respond = createLaggingResponder(
      Number.POSITIVE_INFINITY,
      (since) => since >= 0 && since < Number.POSITIVE_INFINITY,
    );
    s.status = 500;
    const { code, out } = await s.guard('--failures 1 --once -o ndjson', s.url, clock);
    expect(code).toBe(8);
    expect(decisive(out)).toEqual(['moved', 'moved-by-others']);
    expect(readEvents(out).at(-1)?.message).toBe(
      `${IP} is on web-1 after the move to web-2: another client moved it, or the move failed.`,
    );
    expect(s.changes).toHaveLength(1);
  });

  test('a move whose result is not seen at once is verified as soon as the API responds', async () => {
    let isOut = false;
    s.respond = async (request, carryOut) => {
      if (isOut) return respondBadGateway(request, carryOut);
      isOut = request.method === 'PATCH';
      return carryOut();
    };
    s.status = 500;
    const running = s.guard('--failures 1 -o ndjson', s.url, clock);
    await waitUntil(() => isOut);
    const before = s.requests.length;
    await waitUntil(() => s.requests.length > before + 6);
    isOut = false;
    s.respond = (_request, carryOut) => carryOut();
    const { length } = s.requests;
    await waitUntil(() => s.requests.length > length);
    const { checks } = s;
    await waitUntil(() => s.checks > checks + 2);
    s.stop();
    expect(decisive((await running).out)).toEqual(['moved', 'api-failed', 'api-back']);
    expect(s.requests.length).toBeLessThanOrEqual(length + 3);
  });

  test('a move of unknown outcome counts as not carried out only after that time', async () => {
    let hasUnknownWord = true;
    const lag = createLaggingResponder(8_000);
    s.respond = async (request, carryOut) => {
      const response = await lag(request, carryOut);
      if (request.method !== 'PATCH' || !hasUnknownWord) return response;
      hasUnknownWord = false;
      return new Response('', { status: 504 });
    };
    s.status = 500;
    const running = s.guard('--failures 1 --interval 0.2 -o ndjson', s.url, clock);
    await waitUntil(async () => (await s.mac()) === MAC2);
    const { checks } = s;
    await waitUntil(() => s.checks > checks + 40);
    s.stop();
    const log = (await running).out;
    expect(decisive(log)).toEqual(['move-unknown', 'moved']);
    expect(s.changes).toHaveLength(1);
  });
});
