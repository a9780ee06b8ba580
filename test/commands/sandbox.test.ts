import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { instantClock } from '../faults/cell.ts';
import { createTemporaryFolder } from '../files/processes.ts';
import { upc } from '../fixture.ts';
import { isPosix } from '../installed.ts';
import { runToEnd, startProgram } from '../program.ts';

function createSandboxFolder(): { env: { UPC_SANDBOX_DIR: string }; folder: string; file: string } {
  const folder = join(createTemporaryFolder(), 'data');
  return { env: { UPC_SANDBOX_DIR: folder }, folder, file: join(folder, 'sandbox.json') };
}

async function startSandboxServe(options: string, env: Readonly<Record<string, string>>) {
  const server = startProgram(`sandbox serve ${options}`, env);
  await server.shown(/Press Ctrl-C to stop/);
  const origin = /http:\/\/127\.0\.0\.1:\d+/.exec(server.out())?.[0] ?? '';
  return { server, origin };
}

test.runIf(isPosix)(
  'serve prints how to reach it, serves other clients, logs each request and exits with 0 on Ctrl-C',
  async () => {
    const { env, folder } = createSandboxFolder();
    const { server, origin } = await startSandboxServe('', env);
    expect(server.out()).toBe(`export UPCLOUD_DEBUG_API_BASE_URL=${origin}\nexport UPCLOUD_TOKEN=ucat_sandbox\n`);
    const headers = { authorization: `Basic ${btoa('sandbox:sandbox')}`, 'content-type': 'application/json' };
    const ask = async (method: string, path: string, body?: object) => {
      const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
      return (await fetch(`${origin}/1.3/ip_address${path}`, init)).status;
    };
    expect(await ask('GET', '')).toBe(200);
    expect(await ask('POST', '', { ip_address: { floating: 'yes', zone: 'fi-hel2' } })).toBe(201);
    expect(await ask('PATCH', '/192.0.2.60', { ip_address: { ptr_record: 'a.example.com' } })).toBe(202);
    expect(await ask('DELETE', '/192.0.2.60')).toBe(204);
    const listed = await runToEnd('ip list --json', {
      UPCLOUD_DEBUG_API_BASE_URL: origin,
      UPCLOUD_TOKEN: 'ucat_sandbox',
    });
    expect(listed).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(listed.out)).toHaveLength(21);
    server.process.kill('SIGINT');
    expect(await server.ended).toBe(0);
    const log = server
      .err()
      .replaceAll(/\d{4}-\S+Z /g, '')
      .replaceAll(/\d+ ms/g, 'n ms');
    expect(log).toContain(
      'GET /1.3/ip_address 200 n ms\nPOST /1.3/ip_address 201 n ms\nPATCH /1.3/ip_address/192.0.2.60 202 n ms\n' +
        'DELETE /1.3/ip_address/192.0.2.60 204 n ms\n',
    );
    expect(log.endsWith('Stopped.\n')).toBe(true);
    expect(existsSync(join(folder, 'serve.json'))).toBe(false);
  },
);

test.runIf(isPosix)('commands with --sandbox use the server, and stopping it by SIGTERM is no failure', async () => {
  const { env } = createSandboxFolder();
  const { server, origin } = await startSandboxServe('--ephemeral --seed empty', env);
  expect(await upc('ip list --sandbox --json', { env })).toEqual({ code: 0, out: '[]\n', err: '' });
  expect(JSON.parse((await upc('sandbox status --json', { env })).out)).toEqual({
    running: true,
    origin,
    pid: server.process.pid,
    state: null,
    seed: 'empty',
    servers: 0,
    addresses: 0,
    load_balancers: 0,
    credits: 9972.23,
    address_selection: false,
  });
  const reset = await upc('sandbox reset --json', { env });
  expect(JSON.parse(reset.out)).toMatchObject({ state: null, seed: 'demo', addresses: 21 });
  expect((await upc('sandbox reset', { env })).out).toMatch(/^State +in memory only\n/);
  expect((await upc('ip list --sandbox -q --detached', { env })).out).toBe('192.0.2.60\n198.51.100.60\n');
  server.process.kill('SIGTERM');
  expect(await server.ended).toBe(0);
  expect(existsSync(join(env.UPC_SANDBOX_DIR, 'sandbox.json'))).toBe(false);
});

test('with -o json serve prints an object, in one line with ndjson, and with -q only where it is', async () => {
  const { env, file } = createSandboxFolder();
  const { server, origin } = await startSandboxServe('-o ndjson', env);
  expect(JSON.parse(server.out())).toEqual({ origin, pid: server.process.pid, state: file, seed: 'demo' });
  expect(server.out().split('\n')).toHaveLength(2);
  const quiet = await startSandboxServe('-q', env);
  expect(quiet.server.out()).toBe(`${quiet.origin}\n`);
  expect(quiet.server.err()).toContain(
    `Warning: Another sandbox is served at ${origin} (process ${server.process.pid}). Commands with --sandbox now use the new one.\n`,
  );
});

test('a body in chunks is read, and rejected if it is too large', async () => {
  const { env } = createSandboxFolder();
  const { origin } = await startSandboxServe('--ephemeral', env);
  const patchAddress = async (text: string) => {
    const response = await fetch(`${origin}/1.3/ip_address/192.0.2.50`, {
      method: 'PATCH',
      headers: { authorization: 'Bearer ucat_sandbox' },
      body: new Blob([text]).stream(),
      duplex: 'half',
    });
    return response.status;
  };
  expect(await patchAddress('{"ip_address":{"mac":null}}')).toBe(202);
  expect(await patchAddress(' '.repeat(1024 * 1024 + 1))).toBe(413);
});

test('--fail-rate fails requests of the API only', async () => {
  const { env } = createSandboxFolder();
  const { origin } = await startSandboxServe('--ephemeral --fail-rate 100', env);
  expect((await fetch(`${origin}/1.3/account`)).status).toBe(503);
  expect((await fetch(`${origin}/sandbox`)).status).toBe(200);
});

test('--settle lets a server take its time; without it the next request finds the new state', async () => {
  const { env } = createSandboxFolder();
  const stopWeb1 = async (options: string) => {
    const { origin } = await startSandboxServe(`--ephemeral ${options}`, env);
    const headers = { authorization: 'Bearer ucat_sandbox' };
    const server = `${origin}/1.3/server/0078c168-d578-4a64-95cf-07376f1dc524`;
    await fetch(`${server}/stop`, { method: 'POST', headers });
    return ((await (await fetch(server, { headers })).json()) as { server: { state: string } }).server.state;
  };
  expect(await stopWeb1('')).toBe('stopped');
  expect(await stopWeb1('--settle 3600')).toBe('started');
});

test('set keeps a server in its state, whatever it was about to become', async () => {
  const { env } = createSandboxFolder();
  const { origin } = await startSandboxServe('--ephemeral --settle 1', env);
  const headers = { authorization: 'Bearer ucat_sandbox' };
  await fetch(`${origin}/1.3/server/0078c168-d578-4a64-95cf-07376f1dc524/stop`, { method: 'POST', headers });
  const set = await upc('sandbox set server web-1 maintenance --json', { env });
  expect(JSON.parse(set.out)).toMatchObject({ title: 'web-1', state: 'maintenance' });
  const release = await fetch(`${origin}/1.3/ip_address/192.0.2.10`, { method: 'DELETE', headers });
  expect(release.status).toBe(409);
});

test.runIf(isPosix)('--seed applies to a new state, which later commands use', async () => {
  const { env, file } = createSandboxFolder();
  const { server } = await startSandboxServe('--seed empty', env);
  server.process.kill('SIGINT');
  await server.ended;
  expect((await upc('ip list --sandbox --json', { env })).out).toBe('[]\n');
  expect(await upc('sandbox serve --seed demo', { env })).toEqual({
    code: 2,
    out: '',
    err:
      `Error: The state file ${file} already exists, and --seed applies only to a new one.\n` +
      'Leave out --seed to use that file, add --ephemeral, or replace the file: `upc sandbox reset --seed demo`\n',
  });
});

test('a state of its own is kept in the file that --state names', async () => {
  const { env, folder, file } = createSandboxFolder();
  const own = join(folder, 'own.json');
  expect((await upc(`sandbox reset --state ${own} --seed empty`, { env })).code).toBe(0);
  const { server } = await startSandboxServe(`--state ${own} -o json`, env);
  expect(JSON.parse(server.out())).toMatchObject({ state: own, seed: 'empty' });
  // Other commands do not need --state: they get the path of the state file from the running server.
  expect(JSON.parse((await upc('sandbox reset --json', { env })).out)).toMatchObject({ state: own, seed: 'demo' });
  expect((await upc('ip list --sandbox -q --detached', { env })).out).toBe('192.0.2.60\n198.51.100.60\n');
  expect(existsSync(file)).toBe(false);
});

test('status of a sandbox that is not served shows its file and creates none', async () => {
  const { env, folder, file } = createSandboxFolder();
  expect((await upc('sandbox status', { env })).out).toBe(
    `Served             no\nState              ${file}\nSeed               demo\nServers            5\n` +
      'Addresses          21\nLoad balancers     1\nCredits            9972.23\nAddress selection  off\n',
  );
  expect(existsSync(folder)).toBe(false);
});

test('set puts the account and its servers into a situation to rehearse', async () => {
  const { env } = createSandboxFolder();
  const json = async (line: string) => JSON.parse((await upc(`${line} --json`, { env })).out);
  expect(await json('sandbox set credits 0')).toMatchObject({ credits: 0, address_selection: false });
  expect(await json('sandbox set address-selection on')).toMatchObject({ credits: 0, address_selection: true });
  const uuid = '0078c168-d578-4a64-95cf-07376f1dc524';
  expect(await json('sandbox set server web-1 maintenance')).toMatchObject({ uuid, state: 'maintenance' });
  expect((await upc('ip show 192.0.2.10 --sandbox', { env })).out).toContain('web-1 (maintenance)');
  expect(await json('sandbox status')).toMatchObject({ credits: 0, address_selection: true });
  expect(await upc('sandbox set server web-9 stopped', { env })).toMatchObject({ code: 5, out: '' });
});

test.each([
  ['sandbox serve --port 70000', "--port must be a number from 0 to 65535, not '70000'."],
  ['sandbox serve --latency -1', "--latency must be a number from 0 to 600000, not '-1'."],
  ['sandbox serve --fail-rate 101', "--fail-rate must be a number from 0 to 100, not '101'."],
  ['sandbox serve --settle -1', "--settle must be a number from 0 to 3600, not '-1'."],
  ['sandbox serve --fail-rate 0x10', "--fail-rate must be a number from 0 to 100, not '0x10'."],
  ['sandbox serve --state ""', '--state is empty.'],
  ['sandbox serve --state a --ephemeral', "Option '--ephemeral' cannot be used with option '--state <file>'."],
  ['sandbox serve --ephemeral --seed nope', 'Unknown seed "nope".'],
  ['sandbox reset --seed large:0', 'Unknown seed "large:0".'],
  ['sandbox set credits much', "'much' is not an amount of credits."],
  ['sandbox set server web-1 asleep', "Unknown state 'asleep'."],
])('%s is wrong usage', async (line, message) => {
  const { env, folder } = createSandboxFolder();
  const { code, out, err } = await upc(line, { env });
  expect({ code, out, message: err.split('\n')[0] }).toEqual({ code: 2, out: '', message: `Error: ${message}` });
  expect(existsSync(folder)).toBe(false);
});

test('a port in use is reported, and no file is left behind', async () => {
  const taken = createServer();
  onTestFinished(() => void taken.close());
  await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done));
  const address = taken.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const { env, folder } = createSandboxFolder();
  expect(await upc(`sandbox serve --port ${port}`, { env })).toEqual({
    code: 2,
    out: '',
    err: `Error: Port ${port} is already in use.\nChoose another port with --port, or use --port 0 for any free port.\n`,
  });
  expect(existsSync(join(folder, 'serve.json'))).toBe(false);
});

test.each(['ip list --sandbox', 'sandbox status', 'sandbox serve', 'sandbox set credits 1'])(
  '%s: a spoilt state is exit 3 and stays as it is, until reset makes a new one',
  async (line) => {
    const { env, folder, file } = createSandboxFolder();
    mkdirSync(folder);
    writeFileSync(file, '{"revision":');
    expect(await upc(line, { env })).toEqual({
      code: 3,
      out: '',
      err: `Error: The sandbox's state ${file} is not readable.\nRun \`upc sandbox reset\` to create a new one.\n`,
    });
    expect(readFileSync(file, 'utf8')).toBe('{"revision":');
    expect((await upc('sandbox reset', { env })).code).toBe(0);
    expect((await upc('ip list --sandbox', { env })).code).toBe(0);
    if (isPosix) expect(statSync(file).mode & 0o777).toBe(0o600);
  },
);

test('a state that another process keeps locked is exit 3, with what to do', async () => {
  const { env, folder, file } = createSandboxFolder();
  mkdirSync(`${file}.lock`, { recursive: true });
  writeFileSync(join(`${file}.lock`, 'nobody-we-know'), '');
  const { code, err } = await upc('sandbox reset --timeout 0.1', { env });
  expect({ code, err }).toEqual({
    code: 3,
    err:
      `Error: The sandbox's file ${file} is in use: it is locked by another process.\n` +
      `Delete ${file}.lock if this process is no longer running.\n`,
  });
  expect(existsSync(folder)).toBe(true);
});

test('reset asks nothing, not even at a terminal', async () => {
  const { env, file } = createSandboxFolder();
  await upc('sandbox set credits 0', { env });
  expect(await upc('sandbox reset --seed empty', { env, answers: [] })).toEqual({
    code: 0,
    out: expect.stringContaining(`State              ${file}\nSeed               empty\n`),
    err: 'Reset the sandbox to seed empty.\n',
  });
  expect((await upc('sandbox reset -q', { env, answers: [] })).out).toBe('demo\n');
});

test.runIf(isPosix)('without a place for the state: exit 3, unless it is kept in memory', async () => {
  const env = { HOME: '' };
  const trouble =
    "Error: There is no folder for the sandbox's state: HOME is not set.\nSet UPC_SANDBOX_DIR to the absolute path of a folder.\n";
  for (const line of ['ip list --sandbox', 'sandbox serve', 'sandbox reset', 'sandbox status']) {
    expect(await upc(line, { env })).toEqual({ code: 3, out: '', err: trouble });
  }
  const { server } = await startSandboxServe('--ephemeral', env);
  expect(server.err()).toContain('Warning: Commands with --sandbox will not find this sandbox.');
});

test.runIf(isPosix)('a state that cannot be written is exit 3', async () => {
  const folder = join(createTemporaryFolder(), 'file');
  writeFileSync(folder, '');
  const { code, out, err } = await upc('sandbox reset', { env: { UPC_SANDBOX_DIR: folder } });
  expect({ code, out, err }).toEqual({
    code: 3,
    out: '',
    err: `Error: The sandbox's file ${folder}/sandbox.json could not be written (ENOTDIR).\nMake the folder of this file writable, or set UPC_SANDBOX_DIR to another folder. \`upc sandbox status\` shows the path of the state file.\n`,
  });
});

// Not even root can create a folder in /proc.
test.runIf(existsSync('/proc/self'))('the error names a state that cannot be written (exit 3)', async () => {
  const env = { UPC_SANDBOX_DIR: '/proc/upcloud-ip' };
  for (const line of [
    'ip float detach 192.0.2.50',
    'ip policy set keep 192.0.2.10 192.0.2.11',
    'ip release 192.0.2.60 --yes',
    'ip float create --zone fi-hel2',
  ]) {
    const { code, out, err } = await upc(`${line} --sandbox`, { env, clock: instantClock });
    expect(code, line).toBe(3);
    expect(`${out}${err}`).toContain('The sandbox could not store the change.');
  }
});
