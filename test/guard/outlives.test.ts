import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, truncateSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createTemporaryFolder } from '../files/processes.ts';
import { isPosix } from '../installed.ts';
import { runToEnd, startProgram } from '../program.ts';
import { GuardFixture, IP, MAC1, MAC2, waitUntil } from './guard-fixture.ts';

let s: GuardFixture;
beforeEach(async () => {
  s = new GuardFixture();
  await s.open();
});
afterEach(() => s.close());

const line = (check: string, more: string) =>
  `ip float guard ${IP} --primary web-1 --standby web-2 --interval 0.2 --failures 1 --check '${check}' ${more}`;

describe('T-21 foreign output', () => {
  const flood = 300_000_000;
  test.each([
    ['a hook that prints one endless line', 'exit 1', `tr "\\\\000" a < /dev/zero | head -c ${flood}`],
    ['a hook that prints lines without end', 'exit 1', `yes | head -c ${flood} 1>&2; yes | head -c ${flood}`],
    ['a check that prints without end', `yes | head -c ${flood}; exit 1`, 'true'],
  ])('%s costs no memory, and the log stays readable', async (_, check, hook) => {
    // The memory limit is a tenth of the size of the output, so the program cannot keep all output in memory.
    const env = { ...s.env, PATH: process.env.PATH ?? '', NODE_OPTIONS: '--max-old-space-size=30' };
    const hasHook = hook !== 'true';
    const { code, out, err } = await runToEnd(line(check, `--once --check-timeout 30 --on-change '${hook}'`), env);
    expect({ code, moved: await s.mac() }).toEqual({ code: 10, moved: MAC2 });
    expect(out).not.toContain('hook-failed');
    const lines = err.trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(11);
    for (const one of lines) expect(one.length).toBeLessThan(250);
    expect(/^on-change: \(\d{9} bytes before this are left out\)$/m.test(err)).toBe(hasHook);
  });
});

test('T-21 a check during which the machine is suspended is repeated: the address stays', async () => {
  const guard = startProgram(line(s.url, '--check-timeout 1'), s.env);
  await guard.shown(/ is healthy/);
  const respond = s.health.listeners('request')[0] as (...args: unknown[]) => void;
  let isAsked = false;
  // While the guard waits for the response to its next check, suspend it for longer than the time-out of the check.
  s.health.removeAllListeners('request').once('request', () => {
    isAsked = true;
    guard.process.kill('SIGSTOP');
    s.health.on('request', respond);
  });
  await waitUntil(() => isAsked);
  await sleep(2_500);
  guard.process.kill('SIGCONT');
  await guard.shown(/check-repeated/);
  const { checks } = s;
  await waitUntil(() => s.checks > checks + 2);
  guard.process.kill('SIGTERM');
  expect(await guard.ended).toBe(0);
  expect(guard.out()).not.toContain('check-failed');
  expect(await s.mac()).toBe(MAC1);
});

describe('T-21 the log', () => {
  const program = resolve('bin/upc.js');

  test.runIf(isPosix)('goes on when its disk has room again, and loses nothing', async () => {
    const log = join(createTemporaryFolder(), 'log');
    const fd = openSync(log, 'a');
    // The size limit for files has the same effect as a full disk: writes fail (with EFBIG instead of ENOSPC).
    const child = spawn(
      'sh',
      ['-c', `ulimit -f 2; exec "$@"`, 'sh', process.execPath, program, ...createGuardArgs(s.url)],
      {
        env: { ...s.env },
        stdio: ['ignore', fd, 'inherit'],
      },
    );
    closeSync(fd);
    onTestFinished(() => void child.kill('SIGKILL'));
    const ended = new Promise((done) => child.once('exit', done));
    let down = false;
    const flipHealth = async () => {
      down = !down;
      s.status = down ? 500 : 200;
      const mac = down ? MAC2 : MAC1;
      await waitUntil(async () => (await s.mac()) === mac);
    };
    const read = () => readFileSync(log, 'utf8');
    // Cause moves until the log no longer grows, because it has reached the size limit.
    for (let before = ''; before === '' || before !== read(); ) {
      before = read();
      await flipHealth();
      await flipHealth();
      await sleep(300);
    }
    const first = read();
    truncateSync(log);
    await waitUntil(() => read().length > 0);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    const whole = first + read();
    const moves = whole.match(/moved +192\.0\.2\.50 moved from web-(1 to web-2|2 to web-1)\./g) ?? [];
    expect(moves).toHaveLength(s.changes.length);
    for (const one of whole.trimEnd().split('\n')) expect(one).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z {2}[a-z-]+ +\S.*\.$/);
    expect(whole).toMatch(/stopped +Stopped by SIGTERM\.\n$/);
  });

  test.runIf(existsSync('/dev/full'))(
    'a disk that stays full stops no failover, and is reported at the end',
    async () => {
      const full = openSync('/dev/full', 'w');
      s.status = 500;
      const child = spawn(process.execPath, [program, ...createGuardArgs(s.url)], {
        env: { ...s.env },
        stdio: ['ignore', full, 'pipe'],
      });
      closeSync(full);
      onTestFinished(() => void child.kill('SIGKILL'));
      let err = '';
      child.stderr?.setEncoding('utf8').on('data', (text: string) => {
        err += text;
      });
      const ended = new Promise((done) => child.once('close', done));
      await waitUntil(async () => (await s.mac()) === MAC2);
      s.status = 200;
      await waitUntil(async () => (await s.mac()) === MAC1);
      child.kill('SIGTERM');
      expect(await ended).toBe(1);
      expect(err).toContain('Could not write to standard output: ENOSPC.');
    },
  );
});

function createGuardArgs(check: string): string[] {
  const servers = ['--primary', 'web-1', '--standby', 'web-2', '--fail-back'];
  const counts = ['--failures', '1', '--successes', '1', '--interval', '0.1'];
  return ['ip', 'float', 'guard', IP, ...servers, ...counts, '--check', check];
}
