import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { Hono } from 'hono';
import { expect, onTestFinished, test } from 'vitest';
import { type Sandbox, serveApp } from '../../src/sandbox/http.ts';
import { findRunningServer, registerServer } from '../../src/sandbox/running.ts';
import { createTemporaryFolder } from '../files/processes.ts';
import { isPosix } from '../installed.ts';

const deadPid = 999_999_999;

async function startEmptyServer(): Promise<Sandbox & { state: null }> {
  const sandbox = await serveApp(new Hono(), { env: { now: () => 0, random: () => 0 } });
  onTestFinished(() => sandbox.close());
  return { ...sandbox, state: null };
}

function registerEntry(entry: unknown): { folder: string; file: string } {
  const folder = createTemporaryFolder();
  const file = join(folder, 'serve.json');
  writeFileSync(file, typeof entry === 'string' ? entry : JSON.stringify(entry));
  return { folder, file };
}

test('finds the server that is registered, until it is no longer', async () => {
  const folder = join(createTemporaryFolder(), 'new');
  const file = join(folder, 'serve.json');
  expect(await findRunningServer(folder)).toBeUndefined();
  expect(existsSync(folder)).toBe(false);
  const sandbox = await startEmptyServer();
  const unregister = await registerServer(folder, sandbox);
  expect(await findRunningServer(folder)).toEqual({ origin: sandbox.origin, pid: process.pid, state: null });
  if (isPosix) expect(statSync(file).mode & 0o777).toBe(0o600);
  await unregister();
  expect(await findRunningServer(folder)).toBeUndefined();
  expect(existsSync(file)).toBe(false);
  await unregister();
});

test('the last one wins, and the first one does not take its entry away', async () => {
  const folder = createTemporaryFolder();
  const [first, second] = [await startEmptyServer(), await startEmptyServer()];
  const unregister = await registerServer(folder, first);
  await registerServer(folder, second);
  await unregister();
  expect(await findRunningServer(folder)).toMatchObject({ origin: second.origin });
});

test('what a killed server left is ignored and removed', async () => {
  const { folder, file } = registerEntry({ pid: deadPid, origin: 'http://127.0.0.1:9', instance: 'a', state: null });
  expect(await findRunningServer(folder)).toBeUndefined();
  expect(existsSync(file)).toBe(false);
});

test('another program on the port of a server that has ended is not mistaken for it', async () => {
  const sandbox = await startEmptyServer();
  const { folder } = registerEntry({ pid: process.pid, origin: sandbox.origin, instance: 'another', state: null });
  expect(await findRunningServer(folder)).toBeUndefined();
  const entry = { pid: process.pid, origin: await startForeignServer(), instance: 'a', state: null };
  writeFileSync(join(folder, 'serve.json'), JSON.stringify(entry));
  expect(await findRunningServer(folder)).toBeUndefined();
});

test('a server that does not respond is skipped, and keeps its entry while its process runs', async () => {
  const { folder, file } = registerEntry({
    pid: process.pid,
    origin: await startForeignServer(false),
    instance: 'a',
    state: null,
  });
  expect(await findRunningServer(folder)).toBeUndefined();
  expect(existsSync(file)).toBe(true);
});

test.each(['http://192.0.2.1:80', 'https://127.0.0.1:80', 'http://127.0.0.1:80@192.0.2.1', 'http://localhost:80', 7])(
  'sends requests to this machine only: %s',
  async (origin) => {
    const { folder, file } = registerEntry({ pid: deadPid, origin, instance: 'a', state: null });
    expect(await findRunningServer(folder)).toBeUndefined();
    expect(existsSync(file)).toBe(true);
  },
);

test('a spoilt file is no server, and the next server replaces it', async () => {
  const { folder, file } = registerEntry('{"pid":');
  expect(await findRunningServer(folder)).toBeUndefined();
  const sandbox = await startEmptyServer();
  await registerServer(folder, sandbox);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
    pid: process.pid,
    origin: sandbox.origin,
    instance: sandbox.instance,
    state: null,
  });
});

async function startForeignServer(responds = true): Promise<string> {
  const strange = createServer((_request, response) => {
    if (responds) response.end('{"program":"upcloud-ip"}');
  });
  onTestFinished(() => {
    strange.closeAllConnections();
    strange.close();
  });
  await new Promise<void>((resolve) => strange.listen(0, '127.0.0.1', resolve));
  const address = strange.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : address}`;
}
