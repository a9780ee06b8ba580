import { Agent, get, request } from 'node:http';
import { join } from 'node:path';
import { Hono } from 'hono';
import { expect, onTestFinished, test } from 'vitest';
import { createDiskStore } from '../../src/sandbox/disk-store.ts';
import { type RecordedRequest, type Sandbox, type ServingOptions, serveApp } from '../../src/sandbox/http.ts';
import { createMemoryStore } from '../../src/sandbox/memory-store.ts';
import { createSeed } from '../../src/sandbox/seeds.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import { createTemporaryFolder } from '../files/processes.ts';
import { countOnce, createCounters, readCounts } from './counters.ts';

const env = { now: () => Date.UTC(2026, 0, 2, 3, 4, 5), random: () => 0.5 };
const createCounterStore = () => createMemoryStore(createCounters(1));

async function startCountingServer(options: Partial<ServingOptions> = {}, app = createCountingApp()): Promise<Sandbox> {
  const sandbox = await serveApp(app, { env, ...options });
  onTestFinished(() => sandbox.close());
  return sandbox;
}

/** Creates an app that counts its POST requests in the stored state. */
function createCountingApp(state = createCounterStore()): Hono {
  const app = new Hono();
  app.post('/1.3/*', async (context) => {
    const { count } = await state.transact((before) => countOnce(before, 0));
    return context.json({ count }, 201);
  });
  app.get('/sandbox', (context) => context.json({ program: 'upcloud-ip' }));
  return app;
}

const post = (url: string) => fetch(url, { method: 'POST', body: '{"a":1}' });

test('serves the loopback interface, names its instance, and reports each request', async () => {
  const seen: RecordedRequest[] = [];
  const sandbox = await startCountingServer({ onRequest: (request) => seen.push(request) });
  expect(sandbox.origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const response = await post(`${sandbox.origin}/1.3/x?y=1`);
  expect([response.status, await response.json()]).toEqual([201, { count: 1 }]);
  expect(response.headers.get('x-upc-sandbox')).toBe(sandbox.instance);
  expect(seen).toEqual([{ method: 'POST', path: '/1.3/x?y=1', body: '{"a":1}', status: 201 }]);
});

test('serves the simulator with the state on the disk', async () => {
  const state = createDiskStore(join(createTemporaryFolder(), 'state.json'), () => createSeed('empty'));
  const sandbox = await startSandbox({ store: state, env });
  onTestFinished(() => sandbox.close());
  expect(await (await fetch(`${sandbox.origin}/sandbox`)).json()).toMatchObject({ program: 'upcloud-ip' });
  expect((await fetch(`${sandbox.origin}/1.3/ip_address`)).status).toBe(401);
});

test('logs one line a request, without headers and without anything a terminal obeys', async () => {
  const lines: string[] = [];
  const sandbox = await startCountingServer({ log: (line) => lines.push(line) });
  const url = `${sandbox.origin}/1.3/%1b[31m%0a`;
  await fetch(url, { method: 'POST', headers: { authorization: 'Bearer secret' } });
  await fetch(`${sandbox.origin}/nowhere`);
  expect(lines.map((line) => line.replace(/\d+ ms$/, '# ms'))).toEqual([
    '2026-01-02T03:04:05.000Z POST /1.3/%1b[31m%0a 201 # ms',
    '2026-01-02T03:04:05.000Z GET /nowhere 404 # ms',
  ]);
});

test('a failure of --fail-rate changes nothing, and affects the API only', async () => {
  const state = createCounterStore();
  const chances = [0.29, 0.3];
  const sandbox = await startCountingServer(
    { failRate: 30, env: { ...env, random: () => chances.shift() ?? 0 } },
    createCountingApp(state),
  );
  const failed = await post(`${sandbox.origin}/1.3/x`);
  expect([failed.status, await failed.json()]).toMatchObject([503, { error: { error_code: 'SERVICE_UNAVAILABLE' } }]);
  expect(readCounts(await state.read())).toEqual([0]);
  expect((await post(`${sandbox.origin}/1.3/x`)).status).toBe(201);
  expect((await fetch(`${sandbox.origin}/sandbox`)).status).toBe(200);
});

test('latency delays the response by that time, after the change is made', async () => {
  const state = createCounterStore();
  const sandbox = await startCountingServer({ latency: 150 }, createCountingApp(state));
  const start = performance.now();
  const response = await post(`${sandbox.origin}/1.3/x`);
  expect(response.status).toBe(201);
  // A timer may fire up to a millisecond early.
  expect(performance.now() - start).toBeGreaterThanOrEqual(148);
  expect(readCounts(await state.read())).toEqual([1]);
});

test('a state that cannot be written is a 500 without a stack; the log says why, on one line', async () => {
  const lines: string[] = [];
  const failing = { ...createCounterStore(), transact: () => Promise.reject(new Error('disk\nfull')) };
  const sandbox = await startCountingServer({ log: (line) => lines.push(line) }, createCountingApp(failing));
  const response = await post(`${sandbox.origin}/1.3/x`);
  expect([response.status, await response.json()]).toEqual([
    500,
    {
      error: {
        error_code: 'INTERNAL_ERROR',
        error_message: 'The sandbox could not carry out the request. See the log of the sandbox.',
      },
    },
  ]);
  expect(lines[0]).toBe('2026-01-02T03:04:05.000Z error: disk\\u{a}full');
});

test('a port in use is said plainly', async () => {
  const { origin } = await startCountingServer();
  const port = Number(new URL(origin).port);
  await expect(startCountingServer({ port })).rejects.toThrow(`Port ${port} is already in use`);
});

test('closing waits for a response in progress and closes idle connections', async () => {
  let notifyArrival = (): void => {};
  let respond = (): void => {};
  const arrival = new Promise<void>((resolve) => {
    notifyArrival = resolve;
  });
  const permission = new Promise<void>((resolve) => {
    respond = resolve;
  });
  const app = new Hono();
  app.get('/quick', (context) => context.text('quick'));
  app.get('/slow', async (context) => {
    notifyArrival();
    await permission;
    return context.text('slow');
  });
  const sandbox = await startCountingServer({}, app);
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  expect(await fetchText(`${sandbox.origin}/quick`, agent)).toBe('quick');
  const slow = fetchText(`${sandbox.origin}/slow`, agent);
  await arrival;
  const closed = sandbox.close();
  respond();
  expect(await slow).toBe('slow');
  await closed;
  await expect(fetchText(`${sandbox.origin}/quick`, agent)).rejects.toThrow(/ECONNREFUSED|ECONNRESET|hang up/);
  await sandbox.close();
});

test('closing does not wait for a response that never comes', async () => {
  let notifyArrival = (): void => {};
  const arrival = new Promise<void>((resolve) => {
    notifyArrival = resolve;
  });
  const app = new Hono();
  app.get('/never', () => {
    notifyArrival();
    return new Promise<Response>(() => {});
  });
  const sandbox = await startCountingServer({}, app);
  const never = fetch(`${sandbox.origin}/never`);
  never.catch(() => {});
  await arrival;
  await sandbox.close();
  await expect(never).rejects.toThrow();
});

function fetchText(url: string, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (part) => {
        body += part;
      });
      response.on('end', () => resolve(body));
    });
    request.on('error', reject);
  });
}

test('a request sent in chunks is carried out, and one that is too large is rejected', async () => {
  const sandbox = await startSandbox({ store: createMemoryStore(createSeed('demo')), env });
  onTestFinished(() => sandbox.close());
  const sendRequest = (method: string, path: string, body: string): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const headers = { authorization: 'Bearer ucat_sandbox', 'transfer-encoding': 'chunked' };
      const sent = request(sandbox.origin + path, { method, headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      sent.on('error', reject);
      sent.end(body);
    });
  expect(await sendRequest('DELETE', '/1.3/ip_address/192.0.2.60', '')).toBe(204);
  expect(await sendRequest('POST', '/1.3/ip_address', `{"x":"${'x'.repeat(2 ** 20)}"}`)).toBe(413);
});
