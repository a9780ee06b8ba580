import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { withLock } from '../../src/files/lock.ts';
import { createOwnerName, isOwnerDead } from '../../src/files/owner.ts';
import { isPosix } from '../installed.ts';
import { bundleScript, createTemporaryFolder, startScript } from './processes.ts';

const lockHolderScript = fileURLToPath(new URL('lock-holder.ts', import.meta.url));

/** Creates a lock that is held by the process with this name. */
function createLockHeldBy(name: string): string {
  const path = join(createTemporaryFolder(), 'data.json');
  mkdirSync(`${path}.lock`);
  writeFileSync(join(`${path}.lock`, name), '');
  return path;
}

/** The parts of the name that identifies the owner of a lock, in their order. */
const OWNER_PARTS = ['pid', 'startTime', 'processSpace', 'createdAt'] as const;

/** Returns the owner name of this process, with some parts replaced. */
function createOwnerNameWith(parts: Partial<Record<(typeof OWNER_PARTS)[number], string>>): string {
  return createOwnerName()
    .split('-')
    .map((part, index) => {
      const key = OWNER_PARTS[index];
      return (key && parts[key]) ?? part;
    })
    .join('-');
}

async function createDeadPid(): Promise<number> {
  const script = join(createTemporaryFolder(), 'nothing.mjs');
  writeFileSync(script, '');
  const child = startScript(script, []);
  await child.ended;
  return child.process.pid ?? 0;
}

/**
 * Writes a script that starts a child and is suspended by it. The child prints its id, and ends as soon as the script is
 * suspended. It becomes a zombie, because a suspended parent does not collect exit codes.
 */
function createZombieScript(): string {
  const script = join(createTemporaryFolder(), 'zombie.mjs');
  const child = 'echo $$; kill -STOP $PPID; until grep -q ") T " /proc/$PPID/stat; do :; done';
  writeFileSync(
    script,
    `import { spawn } from 'node:child_process';\nspawn('sh', ['-c', ${JSON.stringify(child)}], { stdio: 'inherit' });\n`,
  );
  return script;
}

describe('in one process', () => {
  test('runs one at a time in the order of the calls, and leaves no file behind', async () => {
    const folder = createTemporaryFolder();
    const seen: string[] = [];
    const createRecordedWork = (name: string) => async () => {
      seen.push(`${name} in`);
      await sleep(2);
      seen.push(`${name} out`);
    };
    await Promise.all(['a', 'b', 'c'].map((name) => withLock(join(folder, 'x'), createRecordedWork(name))));
    expect(seen).toEqual(['a in', 'a out', 'b in', 'b out', 'c in', 'c out']);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('returns the result or the error, and releases the lock', async () => {
    const path = join(createTemporaryFolder(), 'x');
    expect(await withLock(path, () => 7)).toBe(7);
    await expect(withLock(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await withLock(path, () => 8, 0)).toBe(8);
  });

  test('the wait for other callers counts', async () => {
    const path = createLockHeldBy(createOwnerName());
    const [first, second] = [1, 2].map(() => withLock(path, () => 0, 40));
    const started = performance.now();
    await expect(first).rejects.toThrow('which is held by');
    await expect(second).rejects.toThrow('which is held by');
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe('the holder', () => {
  test('a running process keeps the lock, and the error of a waiter names it', async () => {
    const path = createLockHeldBy(createOwnerName());
    await expect(withLock(path, () => 0, 20)).rejects.toThrow(
      `Gave up waiting for ${path}.lock, which is held by process ${process.pid}.`,
    );
    expect(readdirSync(join(path, '..'))).toEqual(['data.json.lock']);
  });

  test('a dead process loses the lock', async () => {
    const path = createLockHeldBy(createOwnerNameWith({ pid: String(await createDeadPid()) }));
    expect(await withLock(path, () => 1, 0)).toBe(1);
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  test('an unknown entry stays', async () => {
    const path = createLockHeldBy('something-else');
    await expect(withLock(path, () => 0, 20)).rejects.toThrow('held by another process');
    expect(readdirSync(`${path}.lock`)).toEqual(['something-else']);
  });

  // Windows reports the same error for a file at the path of the lock as for a held lock.
  test.runIf(isPosix)('a file in place of the lock is an error, not a wait', async () => {
    const path = join(createTemporaryFolder(), 'x');
    writeFileSync(`${path}.lock`, '');
    await expect(withLock(path, () => 0, 60_000)).rejects.toThrow(/ENOTDIR|EPERM|EEXIST/);
  });

  test.runIf(process.platform === 'linux')('reused process ids, other boots, containers and machines', () => {
    const elevenMinutesAgo = String(Date.now() - 11 * 60_000);
    expect(isOwnerDead(createOwnerNameWith({}))).toBe(false);
    expect(isOwnerDead(createOwnerNameWith({ startTime: '1' }))).toBe(true);
    expect(isOwnerDead(createOwnerNameWith({ processSpace: 'abc' }))).toBe(false);
    expect(isOwnerDead(createOwnerNameWith({ processSpace: 'abc', createdAt: elevenMinutesAgo }))).toBe(true);
    expect(isOwnerDead(createOwnerNameWith({ createdAt: elevenMinutesAgo }))).toBe(false);
    expect(isOwnerDead('')).toBe(false);
  });

  test.runIf(process.platform === 'linux')('a zombie counts as dead', async () => {
    const parent = startScript(createZombieScript(), []);
    onTestFinished(() => void parent.process.kill('SIGKILL'));
    await parent.started;
    const pid = parent.lines[0] ?? '';
    await expect.poll(() => readFileSync(`/proc/${pid}/stat`, 'utf8')).toContain(') Z ');
    expect(isOwnerDead(createOwnerNameWith({ pid }))).toBe(true);
  });
});

describe('between processes', () => {
  test.runIf(isPosix)('a suspended holder keeps the lock, and a killed one loses it', async () => {
    const folder = createTemporaryFolder();
    const path = join(folder, 'x');
    const child = startScript(bundleScript(lockHolderScript), [path, join(folder, 'log'), 'a', '1000000', '0']);
    onTestFinished(() => void child.process.kill('SIGKILL'));
    await child.started;
    // The child briefly releases the lock after each round. If the child is suspended at such a moment, try again.
    do {
      child.process.kill('SIGCONT');
      await sleep(1);
      child.process.kill('SIGSTOP');
      await sleep(20);
    } while (!existsSync(`${path}.lock`) || readdirSync(`${path}.lock`).length === 0);
    await expect(withLock(path, () => 0, 100)).rejects.toThrow(`held by process ${child.process.pid}.`);
    child.process.kill('SIGKILL');
    expect(await withLock(path, () => 1)).toBe(1);
  });

  test('of six processes, many killed inside and outside, never two hold the lock at once', async () => {
    const folder = createTemporaryFolder();
    const script = bundleScript(lockHolderScript);
    const [path, log] = [join(folder, 'x'), join(folder, 'log')];
    const killed = new Set<string>();
    const runTenInTurn = async (name: string) => {
      for (let generation = 0; generation < 10; generation++) {
        const child = startScript(script, [path, log, `${name}${generation}`, '12', '0.08']);
        // Every third process is also killed by the test, at a random moment.
        if (generation % 3 === 0) {
          await child.started;
          await sleep(Math.random() * 30);
          child.process.kill('SIGKILL');
        }
        const end = await child.ended;
        if (end !== 0) {
          // On Windows, the exit code of a process that kills itself is 1.
          expect(isPosix ? ['SIGKILL'] : ['SIGKILL', 1]).toContain(end);
          killed.add(`${name}${generation}`);
        }
      }
    };
    await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map(runTenInTurn));
    expect(findOverlaps(readFileSync(log, 'utf8'), killed)).toEqual([]);
    expect(await withLock(path, () => 1)).toBe(1);
  });
});

/**
 * Returns the log lines that show a failure of the lock. Either a process got the lock while a running process held it,
 * or a killed process wrote to the log after another process had got the lock.
 */
function findOverlaps(log: string, killed: ReadonlySet<string>): string[] {
  const found: string[] = [];
  const replaced = new Set<string>();
  let inside: string | undefined;
  for (const [index, line] of log.trimEnd().split('\n').entries()) {
    const [what, name = ''] = line.split(' ');
    const expected = what === 'enter' ? inside === undefined || killed.has(inside) : inside === name;
    if (!expected || replaced.has(name)) found.push(`line ${index + 1}: ${line}, inside: ${inside}`);
    if (what === 'enter' && inside !== undefined) replaced.add(inside);
    inside = what === 'enter' ? name : undefined;
  }
  return found;
}
