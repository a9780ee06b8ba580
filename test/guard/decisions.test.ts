import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { certificatePath, listenOnLoopback } from '../faults/fault-server.ts';
import {
  GuardFixture,
  type GuardResponder,
  IP,
  MAC2,
  readEvents,
  respondBadGateway,
  waitUntil,
} from './guard-fixture.ts';

let s: GuardFixture;
beforeEach(async () => {
  s = new GuardFixture();
  await s.open();
});
afterEach(() => s.close());

/** The MAC of an interface of db-1, which is neither the primary nor the standby. */
const OTHER_MAC = 'da:45:c4:5c:90:2e';

const listMoveAndApiEvents = (log: string) =>
  readEvents(log)
    .filter(({ event }) => /move|api/.test(event))
    .map(({ event, message }) => [event, message]);

const createMoveRejecter =
  (status: number, code: string): GuardResponder =>
  async (request, carryOut) =>
    request.method === 'PATCH'
      ? Response.json({ error: { error_code: code, error_message: 'The server is in a wrong state.' } }, { status })
      : carryOut();

describe('T-15 an address stays where it is', () => {
  test('on a third server, from the start', async () => {
    await s.put(OTHER_MAC);
    s.status = 500;
    const { code, out } = await s.guard('--failures 1 --once -o ndjson');
    expect(code).toBe(8);
    expect(listMoveAndApiEvents(out)).toEqual([['not-moved', `${IP} is not moved to web-2: it is on another server.`]]);
    expect([await s.mac(), s.changes]).toEqual([OTHER_MAC, []]);
  });

  test.each([
    ['on a third server', OTHER_MAC, 'on another server', 'moved'],
    ['detached', null, 'detached', 'changed'],
  ])('%s, where another client put it while the guard ran', async (_, mac, where, verb) => {
    const running = s.guard('--failures 1 --fail-back --successes 1 -o ndjson');
    await waitUntil(() => s.checks > 1);
    await s.put(mac);
    s.status = 500;
    const { length } = s.requests;
    await waitUntil(() => s.requests.length > length);
    const { checks } = s;
    await waitUntil(() => s.checks > checks + 5);
    s.status = 200;
    await waitUntil(() => s.checks > checks + 10);
    s.stop();
    expect(listMoveAndApiEvents((await running).out)).toEqual([
      ['moved-by-others', `${IP} is ${where}: another client ${verb} it.`],
      ['not-moved', `${IP} is not moved to web-2: it is ${where}.`],
    ]);
    expect([await s.mac(), s.changes]).toEqual([mac, []]);
  });

  test('released while the guard ran: it is reported as gone, not as an outage', async () => {
    const running = s.guard('--failures 1 -o ndjson');
    await waitUntil(() => s.checks > 1);
    await s.store.transact((state) => ({
      state: { ...state, addresses: state.addresses.filter(({ address }) => address !== IP) },
    }));
    s.status = 500;
    const { checks } = s;
    await waitUntil(() => s.checks > checks + 5);
    s.stop();
    const { code, out } = await running;
    expect(code).toBe(0);
    expect(listMoveAndApiEvents(out)).toEqual([
      ['moved-by-others', `${IP} is no longer on this account: another client changed it.`],
      ['not-moved', `${IP} is not moved to web-2: it is no longer on this account.`],
    ]);
  });

  test('delegated to a service while the guard ran', async () => {
    const running = s.guard('--failures 1 -o ndjson');
    await waitUntil(() => s.checks > 1);
    s.respond = async (request, carryOut) => {
      const response = await carryOut();
      if (!request.url.endsWith(IP)) return response;
      const { ip_address } = (await response.json()) as { ip_address: object };
      return Response.json({ ip_address: { ...ip_address, is_delegated: 'yes' } });
    };
    s.status = 500;
    const { checks } = s;
    await waitUntil(() => s.checks > checks + 5);
    s.stop();
    expect(listMoveAndApiEvents((await running).out).at(-1)).toEqual([
      'not-moved',
      `${IP} is not moved to web-2: it is delegated to a service.`,
    ]);
    expect(s.changes).toEqual([]);
  });
});

describe('a move that the API rejects', () => {
  test('is reported once as such, not as an outage, and is tried again', async () => {
    s.status = 500;
    s.respond = createMoveRejecter(409, 'SERVER_STATE_ILLEGAL');
    const running = s.guard('--failures 1 -o ndjson');
    await waitUntil(() => s.changes.length > 2);
    s.respond = (_request, carryOut) => carryOut();
    await waitUntil(async () => (await s.mac()) === MAC2);
    s.stop();
    const log = listMoveAndApiEvents((await running).out);
    expect(log.map(([event]) => event)).toEqual(['not-moved', 'moved']);
    expect(log[0]?.[1]).toMatch(new RegExp(`^${IP} cannot be moved to web-2: `));
  });

  test.each([
    [409, 'SERVER_STATE_ILLEGAL'],
    [400, 'MAC_INVALID'],
    [403, 'FORBIDDEN'],
    [404, 'IP_ADDRESS_NOT_FOUND'],
  ])('with %i %s is exit 8 of --once', async (status, code) => {
    s.status = 500;
    s.respond = createMoveRejecter(status, code);
    const result = await s.guard('--failures 1 --once -o ndjson');
    expect(result.code).toBe(8);
    expect(listMoveAndApiEvents(result.out).map(([event]) => event)).toEqual(['not-moved']);
  });
});

test('a read that the API rejects, or cannot answer, is an outage: checks continue, and the address moves afterwards', async () => {
  for (const respond of [
    respondBadGateway,
    async () => Response.json({ error: { error_code: 'FORBIDDEN', error_message: 'No.' } }, { status: 403 }),
    async () => Response.json({ error: { error_code: 'NOT_FOUND', error_message: 'No such path.' } }, { status: 404 }),
  ]) {
    const one = new GuardFixture();
    await one.open();
    onTestFinished(() => one.close());
    const running = one.guard('--failures 2 -o ndjson');
    await waitUntil(() => one.checks > 1);
    one.respond = respond;
    one.status = 500;
    const { length } = one.requests;
    await waitUntil(() => one.requests.length > length + 3);
    one.respond = (_request, carryOut) => carryOut();
    await waitUntil(async () => (await one.mac()) === MAC2);
    one.stop();
    const log = listMoveAndApiEvents((await running).out).map(([event]) => event);
    expect(log).toEqual(['api-failed', 'api-back', 'moved']);
  }
});

test('T-21 a long response of the API is cut in the log', async () => {
  s.status = 500;
  s.respond = async (request, carryOut) =>
    request.method === 'PATCH'
      ? Response.json({ error: { error_code: 'X_ILLEGAL', error_message: 'no '.repeat(100_000) } }, { status: 409 })
      : carryOut();
  for (const format of ['table', 'ndjson']) {
    const { out } = await s.guard(`--failures 1 --once -o ${format}`);
    expect(out).toContain('cannot be moved');
    for (const line of out.split('\n')) expect(line.length).toBeLessThan(800);
  }
});

describe('a check with https', () => {
  const check = async (name: string, status: number, more: string) => {
    const server = await listenOnLoopback((_request, response) => void response.writeHead(status).end(), name);
    onTestFinished(() => server.close());
    return s.guard(`--failures 1 --once -o ndjson ${more}`, `${server.origin}/health`);
  };
  const trusted = `--ca-file ${certificatePath('ca')}`;

  test('is good with a status of 2xx or 3xx over a connection that is trusted', async () => {
    for (const status of [200, 204, 302]) expect((await check('localhost', status, trusted)).code).toBe(0);
    expect((await check('localhost', 503, trusted)).out).toContain('HTTP 503 (failed check 1 of 1)');
    expect(s.changes).toHaveLength(1);
  });

  test.each([
    ['an unknown authority', 'localhost', '', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ['its own signature', 'selfsigned', trusted, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['a date of the past', 'expired', trusted, 'CERT_HAS_EXPIRED'],
    ['the name of another host', 'elsewhere', trusted, 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ])('T-11 fails where the certificate has %s', async (_, name, more, reason) => {
    const { code, out } = await check(name, 200, more);
    expect(code).toBe(10);
    expect(readEvents(out).find(({ event }) => event === 'check-failed')?.message).toMatch(
      new RegExp(`^web-1: the connection to \\S+ failed \\(${reason}\\) \\(failed check 1 of 1\\)\\.$`),
    );
    expect(await s.mac()).toBe(MAC2);
  });

  test('is not good where the server speaks no TLS', async () => {
    const { code, out } = await s.guard('--failures 1 --once', s.url.replace('http:', 'https:'));
    expect(code).toBe(10);
    expect(out).toMatch(/web-1: the connection to 127\.0\.0\.1 failed \(\w+\) \(failed check 1 of 1\)\./);
  });
});
