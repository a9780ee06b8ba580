import { afterEach, beforeEach, expect, test } from 'vitest';
import { isSoakTest } from '../faults/soak.ts';
import { fastClock, GuardFixture, IP, MAC1, MAC2, readEvents, respondBadGateway, waitUntil } from './guard-fixture.ts';

const [SECOND, THIRD] = ['192.0.2.51', '192.0.2.52'];
const DETACHED = '192.0.2.60';

let s: GuardFixture;
beforeEach(async () => {
  s = new GuardFixture();
  await s.open();
  await s.add(SECOND, MAC1);
  await s.add(THIRD, MAC2);
});
afterEach(() => s.close());

const guard = (addresses: string, line: string) => s.guard(line, s.url, fastClock, addresses);

test('one check decides for all: each moves once, and events carry the address', async () => {
  s.status = 500;
  const { code, out } = await guard(`${IP} ${SECOND}`, '--failures 2 --once -o ndjson');
  expect(code).toBe(10);
  expect(s.checks).toBe(2);
  const log = readEvents(out).map(({ event, address }) => [event, address]);
  expect(log.slice(0, 5)).toEqual([
    ['started', IP],
    ['started', SECOND],
    ['check-failed', null],
    ['check-failed', null],
    ['down', null],
  ]);
  expect(log.slice(5).sort()).toEqual([
    ['moved', IP],
    ['moved', SECOND],
  ]);
  expect([await s.mac(), await s.mac(SECOND), s.changes.length]).toEqual([MAC2, MAC2, 2]);
});

test('each address has its own state: what is elsewhere or unknown for one holds up no other', async () => {
  s.status = 500;
  s.respond = async (request, carryOut) =>
    request.method === 'PATCH' && request.url.endsWith(SECOND) ? respondBadGateway(request, carryOut) : carryOut();
  const running = guard(`${IP} ${SECOND} ${DETACHED}`, '--failures 1 --fail-back --successes 1 -o ndjson');
  await waitUntil(async () => (await s.mac()) === MAC2);
  s.respond = (_request, carryOut) => carryOut();
  await waitUntil(async () => (await s.mac(SECOND)) === MAC2);
  s.status = 200;
  await waitUntil(async () => (await s.mac()) === MAC1 && (await s.mac(SECOND)) === MAC1);
  s.stop();
  const log = readEvents((await running).out);
  expect(log.filter(({ event, address }) => event === 'moved' && address === IP)).toHaveLength(2);
  expect(log.filter(({ event, address }) => event === 'moved' && address === SECOND)).toHaveLength(2);
  expect(log.find(({ event }) => event === 'not-moved')).toMatchObject({ address: DETACHED });
  expect(await s.mac(DETACHED)).toBeNull();
});

test('--all guards the floating IPs that are on the primary at the start, and no other', async () => {
  s.status = 500;
  const { code, out } = await guard('--all', '--failures 1 --once -q');
  expect(code).toBe(10);
  expect(out.trim().split('\n').sort()).toEqual([IP, SECOND]);
  expect(s.changes).toHaveLength(2);
  const none = await guard('--all', '--failures 1 --once -q');
  expect([none.code, none.out]).toEqual([2, '']);
  expect(none.err).toContain('There is no floating IP on web-1 now, so --all guards nothing.');
});

test('of several verdicts of --once the most serious is the exit code', async () => {
  s.status = 500;
  expect((await guard(`${IP} ${DETACHED}`, '--failures 1 --once')).code).toBe(8);
  expect((await guard(`${IP} ${THIRD}`, '--failures 1 --once')).code).toBe(10);
});

test('stopped while the outcome of a move is unknown, it names that address', async () => {
  s.status = 500;
  let patched = false;
  s.respond = async (request, carryOut) => {
    if (!request.url.endsWith(SECOND)) return carryOut();
    patched ||= request.method === 'PATCH';
    return patched ? respondBadGateway(request, carryOut) : carryOut();
  };
  const running = guard(`${IP} ${SECOND}`, '--failures 1');
  await waitUntil(async () => patched && (await s.mac()) === MAC2);
  const { checks } = s;
  await waitUntil(() => s.checks > checks + 3);
  s.stop();
  const { code, err } = await running;
  expect(code).toBe(9);
  expect(err).toContain(`upc ip show ${SECOND}`);
  expect(err).not.toContain(`upc ip show ${IP}`);
});

test.each([
  ['', 'No address given.'],
  [`--all ${IP}`, '--all and addresses cannot be combined.'],
  [`${IP} nonsense`, 'nonsense'],
  [`${IP} 192.0.2.10`, 'is a regular address: only floating IPs can be guarded.'],
  [`${IP} 192.0.2.199`, 'This account has no IP address 192.0.2.199'],
])('upc ip float guard %s … ends before anything starts', async (addresses, message) => {
  const { out, err } = await guard(addresses, '--once');
  expect([out, s.changes]).toEqual(['', []]);
  expect(err).toContain(message);
});

test('a check of one of the guarded addresses is rejected, with --all too', async () => {
  for (const addresses of [`${IP} ${SECOND}`, '--all']) {
    const { code, err } = await s.guard('--once', `tcp:${SECOND}:80`, fastClock, addresses);
    expect(code).toBe(2);
    expect(err).toContain(`The check uses ${SECOND} itself`);
  }
});

const HEALTH_CHANGE_COUNT = isSoakTest ? 200 : 40;

test(
  `${HEALTH_CHANGE_COUNT} changes of health: at each, all three addresses move once, and none is left behind`,
  async () => {
    await s.store.transact((state) => ({
      state: {
        ...state,
        addresses: state.addresses.map((ip) => (ip.address === THIRD ? { ...ip, mac: MAC1 } : ip)),
      },
    }));
    s.status = 500;
    const running = guard(`${IP} ${SECOND} ${THIRD}`, '--failures 1 --successes 1 --interval 1 --fail-back -o ndjson');
    for (let change = 1; change <= HEALTH_CHANGE_COUNT; change++) {
      const wanted = change % 2 === 1 ? MAC2 : MAC1;
      await waitUntil(async () =>
        (await Promise.all([s.mac(), s.mac(SECOND), s.mac(THIRD)])).every((mac) => mac === wanted),
      );
      if (change === HEALTH_CHANGE_COUNT) s.stop();
      else s.status = s.status === 200 ? 500 : 200;
    }
    const moved = readEvents((await running).out).filter(({ event }) => event === 'moved');
    for (const address of [IP, SECOND, THIRD]) {
      expect(moved.filter((event) => event.address === address).length).toBe(HEALTH_CHANGE_COUNT);
    }
    expect(s.changes).toHaveLength(3 * HEALTH_CHANGE_COUNT);
  },
  isSoakTest ? 600_000 : 60_000,
);
