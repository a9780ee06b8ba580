import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTemporaryFolder } from '../../files/processes.ts';
import { upc } from '../../fixture.ts';
import {
  fastClock,
  GuardFixture,
  IP,
  loseResponses,
  MAC1,
  MAC2,
  readEvents,
  respondBadGateway,
  respondNormally,
  WEB1,
  WEB2,
  waitUntil,
} from '../../guard/guard-fixture.ts';
import { isPosix } from '../../installed.ts';
import { startProgram } from '../../program.ts';

let s: GuardFixture;
beforeEach(async () => {
  s = new GuardFixture();
  await s.open();
});
afterEach(() => s.close());

describe('ip float guard', () => {
  test('moves the address once when the primary fails, and writes a line for every decision', async () => {
    const running = s.guard('--failures 2');
    await waitUntil(() => s.checks > 1);
    s.status = 503;
    await waitUntil(async () => (await s.mac()) === MAC2);
    await waitUntil(() => s.requests.at(-1)?.startsWith('GET') === true);
    s.stop();
    const { code, out: log, err } = await running;
    expect([code, err]).toEqual([0, '']);
    const expectedMessage = log
      .trimEnd()
      .split('\n')
      .map((line) => line.replace(/^\S+ {2}/, '').replace(/ {2,}/, ' | '));
    expect(expectedMessage).toEqual([
      `started | Guarding ${IP}, which is on web-1. After 2 failed checks of web-1, the guard moves it to web-2.`,
      'healthy | web-1 is healthy.',
      'check-failed | web-1: HTTP 503 (failed check 1 of 2).',
      'check-failed | web-1: HTTP 503 (failed check 2 of 2).',
      'down | web-1 is down: 2 failed checks in a row.',
      `moved | ${IP} moved from web-1 to web-2.`,
      'stopped | Stopped by SIGTERM.',
    ]);
    expect(s.changes).toEqual([`PATCH /1.3/ip_address/${IP} {"ip_address":{"mac":"${MAC2}"}}`]);
    expect(log).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z {2}started /);
  });

  test('--fail-back: moves it back after good checks; NDJSON has a fixed type', async () => {
    s.status = 500;
    const running = s.guard('--failures 1 --fail-back --successes 2 -o ndjson');
    await waitUntil(async () => (await s.mac()) === MAC2);
    s.status = 204;
    await waitUntil(async () => (await s.mac()) === MAC1);
    s.stop();
    const { code, out: log } = await running;
    expect(code).toBe(0);
    for (const line of readEvents(log))
      expect(Object.keys(line)).toEqual(['time', 'event', 'address', 'from', 'to', 'message']);
    expect(
      readEvents(log)
        .filter(({ event }) => event === 'moved')
        .map(({ from, to }) => [from, to]),
    ).toEqual([
      [WEB1, WEB2],
      [WEB2, WEB1],
    ]);
    expect(s.changes).toHaveLength(2);
  });

  test('--cooldown: it is not moved back so soon after the move', async () => {
    s.status = 500;
    const running = s.guard('--failures 1 --fail-back --successes 1 --cooldown 86400');
    await waitUntil(async () => (await s.mac()) === MAC2);
    s.status = 204;
    const before = s.checks;
    await waitUntil(() => s.checks > before + 5);
    s.stop();
    const { code, out } = await running;
    expect(code).toBe(0);
    expect(out).toContain(`${IP} is not moved to web-1 yet: its last move was less than 86400 s ago.`);
    expect(s.changes).toHaveLength(1);
  });

  test('never moves an address that is not on the primary', async () => {
    await s.put(null);
    s.status = 500;
    const result = await s.guard('--failures 2 --once');
    expect(result.code).toBe(8);
    expect(result.out).toContain(`${IP} is not moved to web-2: it is detached.`);
    expect(s.changes).toEqual([]);
  });

  test('a preferred format that is not a log is ignored; a requested one is an error', async () => {
    for (const [UPC_OUTPUT, first] of [
      ['json', '{'],
      ['yaml', '2'],
      ['csv', '2'],
    ] as const) {
      s.env = { ...s.env, UPC_OUTPUT };
      expect(await s.guard('--once')).toMatchObject({ code: 0, out: expect.stringMatching(new RegExp(`^[${first}]`)) });
      expect(await s.guard('--once -o yaml')).toMatchObject({ code: 2, out: '' });
    }
  });

  test('an unreachable API is reported once, checks continue, and the address moves when the API is back', async () => {
    const running = s.guard('--failures 2 -o ndjson');
    await waitUntil(() => s.checks > 0);
    s.respond = respondBadGateway;
    s.status = 500;
    const before = s.requests.length;
    await waitUntil(() => s.requests.length > before + 9);
    s.respond = respondNormally;
    await waitUntil(async () => (await s.mac()) === MAC2);
    s.stop();
    const expectedMessage = readEvents((await running).out).map(({ event }) => event);
    expect(expectedMessage.filter((event) => event.startsWith('api-'))).toEqual(['api-failed', 'api-back']);
    expect(expectedMessage.indexOf('moved')).toBeGreaterThan(expectedMessage.indexOf('api-back'));
    expect(s.changes).toHaveLength(1);
  });

  test('T-5: after a lost response, the guard reads the address; it never sends a move twice', async () => {
    s.status = 500;
    s.respond = loseResponses;
    const result = await s.guard('--failures 1 --once');
    expect(result.code).toBe(10);
    expect(result.out).toContain(`${IP} moved from web-1 to web-2.`);
    expect(result.err).toContain('was lost. A check showed that the change was carried out.');
    expect(s.changes).toHaveLength(1);
  });

  test('T-5: while the outcome of a move is unknown, nothing is moved until the address was read', async () => {
    s.status = 500;
    let patched = false;
    s.respond = async (request, carryOut) => {
      if (request.method === 'PATCH') {
        await carryOut();
        patched = true;
      }
      return patched ? respondBadGateway(request, carryOut) : carryOut();
    };
    const running = s.guard('--failures 1 --fail-back --successes 1 -o ndjson');
    await waitUntil(() => patched);
    s.status = 200;
    const after = s.requests.length;
    // The guard checks the outcome of the move with 15 requests: five reads, each with three attempts. More than 30
    // requests show that it continues after these checks.
    await waitUntil(() => s.requests.length > after + 30);
    expect(s.changes).toHaveLength(1);
    s.respond = respondNormally;
    await waitUntil(async () => (await s.mac()) === MAC1);
    s.stop();
    const eventNames = readEvents((await running).out).map(({ event }) => event);
    const decisive = eventNames.filter((event) => /move|api/.test(event));
    expect(decisive).toEqual(['move-unknown', 'api-failed', 'api-back', 'moved', 'moved']);
    expect(s.changes).toHaveLength(2);
  });

  test('T-5: stopped while the outcome is unknown, it exits with 9 and says what to check', async () => {
    s.status = 500;
    let patched = false;
    s.respond = async (request, carryOut) => {
      patched ||= request.method === 'PATCH';
      return patched ? respondBadGateway(request, carryOut) : carryOut();
    };
    const running = s.guard('--failures 1');
    await waitUntil(() => patched);
    const after = s.requests.length;
    await waitUntil(() => s.requests.length > after + 9);
    s.stop();
    const { code, err } = await running;
    expect(code).toBe(9);
    expect(err).toContain(
      `Whether ${IP} was moved to web-2 is unknown.\nCheck where the address is: upc ip show ${IP}`,
    );
  });

  test.runIf(isPosix)(
    '--on-change gets the address and both servers; its failure is reported and stops nothing',
    async () => {
      s.status = 500;
      const running = s.guard(
        `--failures 1 --fail-back --successes 1 --on-change 'echo "$UPC_ADDRESS $UPC_FROM $UPC_TO"; exit 3'`,
      );
      await waitUntil(async () => (await s.mac()) === MAC2);
      s.status = 200;
      await waitUntil(async () => (await s.mac()) === MAC1);
      s.stop();
      const { code, out: log, err } = await running;
      expect(code).toBe(0);
      expect(err).toBe(`on-change: ${IP} ${WEB1} ${WEB2}\non-change: ${IP} ${WEB2} ${WEB1}\n`);
      expect(log.match(/hook-failed +The --on-change command failed: exit status 3\./g)).toHaveLength(2);
    },
  );

  test('an address that another client moves back to a failed primary stays there', async () => {
    s.status = 500;
    const running = s.guard('--failures 1');
    await waitUntil(async () => (await s.mac()) === MAC2);
    await s.put(MAC1);
    const after = s.checks;
    await waitUntil(() => s.checks > after + 5);
    s.stop();
    await running;
    expect(await s.mac()).toBe(MAC1);
    expect(s.changes).toHaveLength(1);
  });
});

describe('ip float guard --once', () => {
  test('0: healthy after one good check, and nothing is sent that changes anything', async () => {
    const result = await s.guard('--once');
    expect([result.code, result.err]).toEqual([0, '']);
    expect(s.changes).toEqual([]);
  });

  test('a redirect counts as healthy and is not followed', async () => {
    s.status = 302;
    expect((await s.guard('--once --failures 1')).code).toBe(0);
  });

  test('10: the primary is down and the address is on the standby, now or from before', async () => {
    s.status = 404;
    expect((await s.guard('--once --failures 2')).code).toBe(10);
    expect(s.changes).toHaveLength(1);
    expect((await s.guard('--once --failures 2')).code).toBe(10);
    expect(s.changes).toHaveLength(1);
    s.status = 200;
    expect((await s.guard('--once')).code).toBe(0);
    expect(s.changes).toHaveLength(1);
    expect((await s.guard('--once --fail-back')).code).toBe(0);
    expect([await s.mac(), s.changes.length]).toEqual([MAC1, 2]);
  });

  test('7: the API cannot be reached when the address is to move', async () => {
    s.status = 500;
    s.respond = async (request, carryOut) =>
      request.url.endsWith(`/ip_address/${IP}`) && s.requests.length > 3
        ? respondBadGateway(request, carryOut)
        : carryOut();
    expect((await s.guard('--once --failures 1')).code).toBe(7);
  });

  test.each([
    [429, [7]],
    // After these statuses, the API may still carry out the move, so exit code 7 (nothing was changed) would be wrong.
    [500, [8, 9]],
    [503, [8, 9]],
  ])(
    'the API responds to the move with %i, and reading shows that nothing was moved: exit %j',
    async (status, codes) => {
      s.status = 500;
      s.respond = async (request, carryOut) =>
        request.method === 'PATCH'
          ? Response.json({ error: { error_code: 'SERVICE_ERROR', error_message: 'Try later.' } }, { status })
          : carryOut();
      const { code, out } = await s.guard('--once --failures 1');
      expect(codes).toContain(code);
      expect(out).not.toContain('is not moved to');
    },
  );
});

test('--once ends, too, where checks succeed and fail by turns', async () => {
  s.health.on('request', () => {
    s.status = s.status === 200 ? 503 : 200;
  });
  await s.put(MAC2);
  const { code } = await s.guard('--once --failures 2 --successes 2 --fail-back');
  expect([code, s.checks, s.changes]).toEqual([0, 8, []]);
});

test('an address on neither server is reported as left where it is', async () => {
  await s.put(null);
  const { out } = await s.guard('--once --failures 1');
  expect(out).toContain(
    `Guarding ${IP}, which is detached. The guard moves the address only while it is on web-1 or web-2.`,
  );
});

test('a clock that is set back keeps no check waiting', async () => {
  let back = 0;
  const clock = { ...fastClock, now: () => Date.now() - 3_600_000 * back++ };
  s.status = 500;
  expect((await s.guard('--once --failures 3', s.url, clock)).code).toBe(10);
  expect(s.checks).toBe(3);
});

describe('the checks', () => {
  test.each([
    ['a command that ends with 0', 'exit 0', 0],
    ['a command that does not', 'exit 7', 10],
    ['a command that hangs, with what it started', 'sleep 30 & sleep 30', 10],
  ])('%s', async (_name, check, code) => {
    expect((await s.guard('--once --failures 1 --check-timeout 0.2', check)).code).toBe(code);
  });

  test('a TCP port that is open, and one that is not', async () => {
    expect((await s.guard('--once --failures 1', `tcp:127.0.0.1:${s.port}`)).code).toBe(0);
    const closed = createServer();
    const port = await new Promise<number>((resolve) =>
      closed.listen(0, '127.0.0.1', () => resolve((closed.address() as AddressInfo).port)),
    );
    await new Promise((resolve) => closed.close(resolve));
    const result = await s.guard('--once --failures 1', `tcp:127.0.0.1:${port}`);
    expect(result.code).toBe(10);
    expect(result.out).toContain('web-1: no connection to 127.0.0.1 (ECONNREFUSED) (failed check 1 of 1).');
  });

  test('a check of an endpoint that never responds fails after the time-out', async () => {
    s.health.removeAllListeners('request');
    const result = await s.guard('--once --failures 1 --check-timeout 0.2');
    expect(result.code).toBe(10);
    expect(result.out).toContain('no response within 0.2 s (failed check 1 of 1)');
    s.health.closeAllConnections();
  });
});

describe('an address that cannot be guarded is rejected before anything starts', () => {
  const runRejectedCommand = (line: string) => upc(line, { env: s.env, clock: fastClock });
  const good = '--primary web-1 --standby web-2 --check tcp:127.0.0.1:1 --once';

  test.each([
    [`ip float guard 192.0.2.10 ${good}`, 'is a regular address: only floating IPs can be guarded.'],
    [`ip float guard 192.0.2.80 ${good}`, "is delegated to load balancer 'lb-front'"],
    [`ip float guard ${IP} --primary web-1 --standby edge-1 --check tcp:a:1`, 'is in zone fi-hel2'],
    [
      `ip float guard ${IP} --primary web-1 --standby WEB-1 --check tcp:a:1`,
      '--primary and --standby are the same server: web-1.',
    ],
    [`ip float guard ${IP} --primary web-1 --standby db-1 --check tcp:a:1`, '--standby-interface 2'],
    [`ip float guard ${IP} --primary web-1 --standby web-2 --check http://${IP}/`, `The check uses ${IP} itself`],
    [`ip float guard ${IP} --primary web-1 --standby web-2 --check tcp:a:99999`, 'is not tcp:host:port'],
    [`ip float guard ${IP} --primary web-1 --standby web-2 --check ftp://a/`, 'has a scheme that is not supported'],
    [`ip float guard ${IP} ${good} --json`, 'The guard prints a log and does not support the format json.'],
    [`ip float guard ${IP} ${good} --failures 0`, 'Give a number from 1 to 100.'],
    [`ip float guard ${IP} --standby web-2 --check tcp:a:1`, "Required option '--primary <server>' not specified."],
  ])('%s', async (line, message) => {
    const result = await runRejectedCommand(line);
    expect([result.code, result.out]).toEqual([2, '']);
    expect(result.err).toContain(message);
    expect(s.changes).toEqual([]);
  });

  test('a standby that is not started is warned of; its interface can be named', async () => {
    const result = await runRejectedCommand(
      `ip float guard ${IP} --primary web-1 --standby db-1 --standby-interface 3 --check ${s.url} --once`,
    );
    expect([result.code, result.err]).toEqual([0, 'Warning: Server db-1 is stopped and may not respond.\n']);
  });
});

describe('a signal to the built program', () => {
  const line = (check: string, more = '') =>
    `ip float guard ${IP} --primary web-1 --standby web-2 --interval 0.1 --check '${check}' ${more}`;
  const isAlive = (pid: number) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };

  test.runIf(isPosix).each([
    ['SIGTERM', '', 0],
    ['SIGHUP', '', 0],
    ['SIGINT', '', 0],
    ['SIGTERM', '--once', 143],
  ] as const)('%s %s: ends it with its check and all that the check started', async (signal, more, code) => {
    const file = join(createTemporaryFolder(), 'pid');
    const guard = startProgram(line(`sleep 300 & echo $! > ${file}; wait`, more), s.env);
    await guard.shown(/ started /);
    await waitUntil(() => existsSync(file) && readFileSync(file, 'utf8').endsWith('\n'));
    const pid = Number(readFileSync(file, 'utf8'));
    expect(isAlive(pid)).toBe(true);
    guard.process.kill(signal);
    expect(await guard.ended).toBe(code);
    expect(guard.out()).not.toContain('check-failed');
    await waitUntil(() => !isAlive(pid));
  });

  test.runIf(isPosix)('lets a hook that runs finish', async () => {
    const folder = createTemporaryFolder();
    const [begun, file] = [join(folder, 'begun'), join(folder, 'done')];
    const guard = startProgram(
      line('exit 1', `--failures 1 --on-change 'echo > ${begun}; sleep 0.5; echo > ${file}'`),
      s.env,
    );
    await waitUntil(() => existsSync(begun));
    guard.process.kill('SIGTERM');
    expect(await guard.ended).toBe(0);
    expect(existsSync(file)).toBe(true);
    expect(guard.out()).toMatch(/stopped +Stopped by SIGTERM\.\n$/);
  });
});
