import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer, type Server, Socket } from 'node:net';
import { join } from 'node:path';
import { createSecureContext, type TLSSocket } from 'node:tls';
import { expect, onTestFinished, test, vi } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { parseHealthCheck } from '../../src/domain/health-check.ts';
import type { GuardNetwork } from '../../src/guard/connect.ts';
import { createHealthProbe, type ProbeOptions } from '../../src/guard/probe.ts';
import { certificatePath, listenOnLoopback } from '../faults/fault-server.ts';
import { createTemporaryFolder } from '../files/processes.ts';
import { isPosix } from '../installed.ts';

const [V4, V6] = ['192.0.2.10', '2001:db8::10'];
const never = new AbortController().signal;

/**
 * Starts a service on the loopback interface, and returns its port. The simulated network connects to it instead of the
 * checked addresses.
 */
async function startService(): Promise<number> {
  const server: Server = createServer((socket) => socket.on('error', () => {}));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/**
 * What happens on a connection to an address: success after this many milliseconds, this error code, or no response.
 */
type ConnectionResult = number | string | 'silent';

function createNetwork(
  addresses: Readonly<Record<string, ConnectionResult>>,
  lookUp?: GuardNetwork['lookUp'],
): GuardNetwork {
  return {
    lookUp: lookUp ?? (async () => Object.keys(addresses)),
    connect(address, port) {
      const behaviour = addresses[address];
      const socket = new Socket();
      if (typeof behaviour === 'number') setTimeout(() => socket.connect(port, '127.0.0.1'), behaviour);
      else if (behaviour !== 'silent')
        setImmediate(() => socket.destroy(Object.assign(new Error('x'), { code: behaviour })));
      return socket;
    },
  };
}

function runProbe(check: string, options: Partial<ProbeOptions> & { network: GuardNetwork }) {
  return createHealthProbe(parseHealthCheck(check), {
    env: {},
    timeoutMs: 5_000,
    stop: never,
    clock: systemClock,
    ...options,
  });
}

test.each([
  ['a family that never responds', { [V6]: 'silent', [V4]: 300 }],
  ['a family that is unreachable', { [V6]: 'ENETUNREACH', [V4]: 300 }],
  ['both families, each after 300 ms', { [V6]: 300, [V4]: 300 }],
  ['only the second family, after 1 s', { [V4]: 'silent', [V6]: 1_000 }],
])('T-22 a name with %s and a round trip of 300 ms is up', async (_, addresses) => {
  const port = await startService();
  const check = runProbe(`tcp:web.example.com:${port}`, { network: createNetwork(addresses) });
  expect(await check()).toEqual({ healthy: true, detail: 'connected', isLate: false });
});

test('T-22 each address of a name gets its share of the time, however many there are', async () => {
  const port = await startService();
  const silent = Object.fromEntries(Array.from({ length: 19 }, (_, i) => [`192.0.2.${i + 1}`, 'silent']));
  const check = runProbe(`tcp:web.example.com:${port}`, {
    network: createNetwork({ ...silent, '192.0.2.99': 100 }),
    timeoutMs: 2_000,
  });
  expect(await check()).toMatchObject({ healthy: true });
});

test('T-22 the families take turns', async () => {
  const port = await startService();
  const tried: string[] = [];
  const addresses = ['192.0.2.1', '192.0.2.2', '192.0.2.3', V6, '2001:db8::11'];
  const silent = createNetwork(Object.fromEntries(addresses.map((address) => [address, 'EHOSTUNREACH'])));
  const connect: GuardNetwork['connect'] = (address, at) => {
    tried.push(address);
    return silent.connect(address, at);
  };
  const { detail } = await runProbe(`tcp:web.example.com:${port}`, { network: { ...silent, connect } })();
  expect(tried).toEqual(['192.0.2.1', V6, '192.0.2.2', '2001:db8::11', '192.0.2.3']);
  expect(detail).toBe(`no connection to ${tried.map((address) => `${address} (EHOSTUNREACH)`).join(', ')}`);
});

test('T-22 the time-out bounds the whole check, and the error names the addresses that were tried', async () => {
  const start = performance.now();
  const options = { network: createNetwork({ [V6]: 'ECONNREFUSED', [V4]: 'silent' }), timeoutMs: 400 };
  expect(await runProbe('https://web.example.com/', options)()).toMatchObject({
    healthy: false,
    detail: `no connection to ${V6} (ECONNREFUSED), ${V4} within 0.4 s`,
  });
  const hanging = { network: createNetwork({}, () => new Promise(() => {})), timeoutMs: 400 };
  expect(await runProbe('tcp:web.example.com:80', hanging)()).toMatchObject({
    healthy: false,
    detail: 'no connection to web.example.com within 0.4 s',
  });
  expect(performance.now() - start).toBeLessThan(4_000);
});

test('T-22 a name server that fails or hangs says nothing about the service, once its addresses are known', async () => {
  const port = await startService();
  const lookUp = vi.fn<GuardNetwork['lookUp']>();
  const failToResolve = () => Promise.reject(Object.assign(new Error('x'), { code: 'EAI_AGAIN' }));
  const check = runProbe(`tcp:web.example.com:${port}`, {
    network: createNetwork({ [V4]: 1 }, lookUp),
    timeoutMs: 1_000,
  });
  lookUp.mockImplementation(failToResolve);
  expect(await check()).toMatchObject({ healthy: false, detail: 'web.example.com cannot be resolved (EAI_AGAIN)' });
  lookUp.mockImplementation(async () => [V4]);
  expect(await check()).toMatchObject({ healthy: true });
  lookUp.mockImplementation(failToResolve);
  expect(await check()).toMatchObject({ healthy: true });
  lookUp.mockClear().mockImplementation(() => new Promise(() => {}));
  for (let i = 0; i < 3; i++) expect(await check()).toMatchObject({ healthy: true });
  expect(lookUp).toHaveBeenCalledTimes(1);
});

test('a name that has other addresses now is checked there', async () => {
  const port = await startService();
  const lookUp = vi.fn<GuardNetwork['lookUp']>(async () => [V4]);
  const check = runProbe(`tcp:web.example.com:${port}`, {
    network: createNetwork({ [V4]: 'ECONNREFUSED', [V6]: 1 }, lookUp),
  });
  expect(await check()).toMatchObject({ healthy: false });
  lookUp.mockImplementation(async () => [V6]);
  expect(await check()).toMatchObject({ healthy: true });
});

test('a name without addresses is down', async () => {
  const { healthy, detail } = await runProbe('tcp:web.example.com:80', { network: createNetwork({}) })();
  expect({ healthy, detail }).toEqual({ healthy: false, detail: 'web.example.com cannot be resolved (no address)' });
});

test('a URL is asked for with its path, its host and its credentials', async () => {
  const seen: unknown[] = [];
  const server = await listenOnLoopback(({ method, url, headers }, response) => {
    seen.push([method, url, headers.host, headers.authorization]);
    response.writeHead(204).end();
  });
  onTestFinished(() => server.close());
  const { port } = new URL(server.origin);
  const check = runProbe(`http://me:secret@web.example.com:${port}/health?deep=1`, {
    network: createNetwork({ [V4]: 1 }),
  });
  expect(await check()).toMatchObject({ healthy: true, detail: 'HTTP 204' });
  const basic = `Basic ${Buffer.from('me:secret').toString('base64')}`;
  expect(seen).toEqual([['GET', '/health?deep=1', `web.example.com:${port}`, basic]]);
});

test('a service that hangs up is down', async () => {
  const server = await listenOnLoopback((request) => void request.socket.destroy());
  onTestFinished(() => server.close());
  const { port } = new URL(server.origin);
  const check = runProbe(`http://web.example.com:${port}/`, { network: createNetwork({ [V4]: 1 }) });
  const detail = 'the connection to 127.0.0.1 failed (ECONNRESET)';
  expect(await check()).toMatchObject({ healthy: false, detail });
});

test.each([
  ['stood still', { elapsed: 0, now: 60_000 }],
  ['went on', { elapsed: 60_000, now: 60_000 }],
])('T-21 a failure after a suspension, in which the clock that only goes forward %s, is late', async (_, skipped) => {
  let suspended = false;
  const clock = {
    ...systemClock,
    elapsed: () => performance.now() + (suspended ? skipped.elapsed : 0),
    now: () => Date.now() + (suspended ? skipped.now : 0),
  };
  const port = await startService();
  const addresses: Record<string, ConnectionResult> = { [V4]: 'ECONNRESET' };
  const lookUp: GuardNetwork['lookUp'] = async () => {
    suspended = true;
    return [V4];
  };
  const check = () => runProbe(`tcp:web.example.com:${port}`, { network: createNetwork(addresses, lookUp), clock })();
  expect(await check()).toMatchObject({ healthy: false, isLate: true });
  // The machine was suspended during the first check, not during the second. So the second failure does not count as
  // late.
  expect(await check()).toMatchObject({ healthy: false, isLate: false });
  suspended = false;
  addresses[V4] = 1;
  expect(await check()).toMatchObject({ healthy: true, isLate: false });
});

test('an https check names the host to the server, which may have several certificates', async () => {
  const names: unknown[] = [];
  const server = await listenOnLoopback(({ socket }, response) => {
    names.push((socket as TLSSocket & { servername?: unknown }).servername);
    response.end();
  }, 'localhost');
  onTestFinished(() => server.close());
  const secureContext = createSecureContext({ ca: readFileSync(certificatePath('ca'), 'utf8') });
  const options = { network: createNetwork({ [V4]: 1 }), trust: () => secureContext };
  expect(await runProbe(server.origin, options)()).toMatchObject({ healthy: true, detail: 'HTTP 200' });
  expect(names).toEqual(['localhost']);
});

test.runIf(isPosix)('a command that takes too long is ended with all that it started', async () => {
  const file = join(createTemporaryFolder(), 'pid');
  const options = { network: createNetwork({}), env: { PATH: process.env.PATH }, timeoutMs: 1_000 };
  const result = await runProbe(`sleep 300 & echo $! > '${file}'; wait`, options)();
  expect(result).toMatchObject({ healthy: false, detail: 'did not end within 1 s' });
  const pid = Number(readFileSync(file, 'utf8'));
  await expect.poll(() => isAlive(pid), { timeout: 20_000 }).toBe(false);
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
