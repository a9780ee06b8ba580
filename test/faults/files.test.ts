import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, closeSync, constants, mkdirSync, openSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { findFileProblem } from '../../src/files/regular-file.ts';
import { createTemporaryFolder } from '../files/processes.ts';
import { startTestSandbox, upc } from '../fixture.ts';
import { isPosix } from '../installed.ts';
import { copyProgram } from '../program.ts';
import { startProgram } from './program.ts';

const onPosix = describe.runIf(isPosix);
const isRoot = process.getuid?.() === 0;
const NOBODY = 65_534;

function createFifo(path = join(createTemporaryFolder(), 'fifo')): string {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  execFileSync('mkfifo', ['-m', '600', path]);
  return path;
}

/** Waits until the program reads the FIFO: only then does the system allow opening it for writing. */
async function waitForReader(path: string): Promise<void> {
  await expect.poll(() => openWriteEnd(path), { timeout: 20_000, interval: 20 }).toBeGreaterThan(0);
}

function openWriteEnd(path: string): number {
  try {
    const descriptor = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
    onTestFinished(() => closeSync(descriptor));
    return descriptor;
  } catch {
    return 0;
  }
}

const env = { UPCLOUD_TOKEN: 'ucat_sandbox' };

onPosix('T-7, T-20 a FIFO whose writer never closes it', () => {
  test.each([
    ['SIGINT', ['ip', 'ptr', 'plan'], 130],
    ['SIGTERM', ['ip', 'ptr', 'apply', '--yes'], 143],
    ['SIGHUP', ['ip', 'ptr', 'plan'], 143],
  ] as const)('%s ends `upc %s`', async (signal, words, code) => {
    const path = createFifo();
    const running = startProgram([...words, path], env);
    await waitForReader(path);
    running.process.kill(signal);
    expect(await running.ended).toMatchObject({ code, out: '', err: 'Error: Interrupted.\n' });
  });

  test.each(['ip ptr plan', 'ip ptr apply --yes'])('`upc %s` ends at the deadline', async (line) => {
    const path = createFifo();
    const { code, err } = await upc([...line.split(' '), path, '--timeout', '0.3'], { env });
    expect([code, err.split('\n')[0]]).toEqual([7, `Error: '${path}' did not end within 0.3 s.`]);
  });

  test('a read of standard input that stays open also ends at the deadline (T-3)', async () => {
    for (const args of [
      ['ip', 'release', '-', '--yes'],
      ['ip', 'ptr', 'plan', '-'],
      ['login', '--with-token'],
    ]) {
      const folder = createTemporaryFolder();
      const { ended } = startProgram([...args, '--timeout', '0.5'], { ...env, HOME: folder }, { stdin: 'pipe' });
      expect(await ended).toMatchObject({ code: 7, out: '' });
    }
  });

  test('a pipe is read to its end, also through a process substitution', async () => {
    const b = await startTestSandbox();
    const runInBash = (script: string) =>
      spawnAsync('bash', ['-c', script], { ...b.env, PATH: process.env.PATH ?? '' });
    const plan = `exec "${process.execPath}" bin/upc.js ip ptr plan -o json`;
    const line = '192.0.2.10 new.example.org';
    const path = createFifo();
    const scripts = [
      `${plan} <(echo ${line})`,
      `${plan} <(echo '# first'; sleep 0.3; echo ${line})`,
      `(echo ${line} > ${path}) & ${plan} ${path}`,
      `echo ${line} | ${plan} /dev/stdin`,
    ];
    for (const script of scripts) expect(await runInBash(script)).toContain('new.example.org');
    expect(await runInBash(`${plan} <(true)`)).toBe('[]\n');
    await b.close();
  });
});

async function spawnAsync(file: string, args: readonly string[], environment: NodeJS.ProcessEnv): Promise<string> {
  return text(spawn(file, args, { env: environment, stdio: ['ignore', 'pipe', 'inherit'] }).stdout);
}

onPosix('T-19, T-20 a FIFO in place of a trusted file is an error at once', () => {
  const createHomeWithFifo = (path: string) => {
    const home = createTemporaryFolder();
    createFifo(join(home, path));
    return { HOME: home };
  };

  test.each([
    ['ip list --sandbox', '.local/share/upcloud-ip/sandbox.json', 3],
    ['sandbox status', '.local/share/upcloud-ip/sandbox.json', 3],
    ['ip list', '.config/upcloud-ip/config.json', 3],
    ['profile list', '.config/upcloud-ip/config.json', 3],
    ['login --from-upctl', '.config/upctl.yaml', 3],
  ])('`upc %s` with %s', async (line, path, code) => {
    const result = await upc(line, { env: createHomeWithFifo(path) });
    expect([result.code, result.out]).toEqual([code, '']);
    expect(result.err).toContain('is not a regular file');
  });

  test('--ca-file and NODE_EXTRA_CA_CERTS', async () => {
    const https = { ...env, UPCLOUD_DEBUG_API_BASE_URL: 'https://127.0.0.1:9' };
    const named = await upc(['ip', 'list', '--ca-file', createFifo()], { env: https });
    expect([named.code, named.err]).toEqual([2, expect.stringContaining('is not a regular file')]);
    const extra = await upc('ip list', { env: { ...https, NODE_EXTRA_CA_CERTS: createFifo() } });
    expect([extra.code, extra.err]).toEqual([2, expect.stringMatching(/^Error: NODE_EXTRA_CA_CERTS: .* is not a reg/)]);
  });

  test('a FIFO in place of the entry of a served sandbox is ignored', async () => {
    const result = await upc('ip list --sandbox -q', { env: createHomeWithFifo('.local/share/upcloud-ip/serve.json') });
    expect([result.code, result.err]).toEqual([0, '']);
  });
});

onPosix('T-19 the owner and the permissions of a file', () => {
  test('a file of certificate authorities that every user can write is rejected', async () => {
    const path = join(createTemporaryFolder(), 'ca.pem');
    writeFileSync(path, '-----BEGIN CERTIFICATE-----');
    chmodSync(path, 0o666);
    const https = { ...env, UPCLOUD_DEBUG_API_BASE_URL: 'https://127.0.0.1:9' };
    const { code, err } = await upc(['ip', 'list', '--ca-file', path], { env: https });
    expect([code, err]).toEqual([2, expect.stringContaining('can be written by any user')]);
  });

  test('a file must belong to the user or to root', () => {
    const stats = { isFile: () => true, uid: 1000, mode: 0o600, size: 1 };
    const rules = { maxBytes: 10, isOwn: true };
    expect([1000, 1001, 0].map((user) => findFileProblem(stats, rules, user))).toEqual([
      undefined,
      'belongs to another user',
      'belongs to another user',
    ]);
    expect(findFileProblem({ ...stats, uid: 0 }, rules, 1000)).toBe(undefined);
    expect(findFileProblem({ ...stats, uid: 1001 }, { maxBytes: 10 }, 1000)).toBe(undefined);
    expect(findFileProblem({ ...stats, size: 11 }, rules, 1000)).toBe('is too large');
  });

  test.runIf(isRoot)("root creates nothing in another user's home", async () => {
    const home = createTemporaryFolder();
    chownSync(home, NOBODY, NOBODY);
    const b = await startTestSandbox();
    const there = { HOME: home };
    const login = { env: { ...there, UPCLOUD_TOKEN: '' }, stdin: 'ucat_sandbox' };
    const results = [
      [await b.cli('login --with-token', login), 'UPC_CONFIG_DIR'],
      [await upc('sandbox reset', { env: there }), 'UPC_SANDBOX_DIR'],
      [await upc('ip policy set keep 192.0.2.10 --sandbox', { env: there }), 'UPC_SANDBOX_DIR'],
    ] as const;
    for (const [{ code, err }, variable] of results) {
      expect(code).toBe(3);
      expect(err).toContain(`You are root, and ${home} belongs to another user. upc creates nothing there.`);
      expect(err).toContain(variable);
    }
    expect(readdirSync(home)).toEqual([]);
    await b.close();
  });
});

/**
 * Runs bin/upc.js with a main() that returns while another thread is blocked on a FIFO. A disk that never responds
 * blocks a thread in the same way.
 */
function runWithBlockedThread(code: number): { code: number | null; signal: string | null } {
  const { folder, script } = copyProgram();
  const path = createFifo();
  writeFileSync(
    join(folder, 'dist', 'upc.js'),
    `exports.main = async () => {
      require('node:fs').open(${JSON.stringify(path)}, () => {});
      process.on('SIGINT', () => {});
      process.on('SIGTERM', () => {});
      return ${code};
    };`,
  );
  const { status, signal, error } = spawnSync(process.execPath, [script, 'ip', 'list'], {
    timeout: 10_000,
    killSignal: 'SIGKILL',
  });
  return { code: status, signal: error ? 'ended only by the time limit' : signal };
}

onPosix('T-7, T-20 a thread that the system blocks does not keep the process alive', () => {
  test.each([
    [130, 'SIGINT'],
    [143, 'SIGTERM'],
    [7, 'SIGKILL'],
  ])('instead of exit code %i, %s ends the process', (code, signal) => {
    expect(runWithBlockedThread(code)).toEqual({ code: null, signal });
  });
});
