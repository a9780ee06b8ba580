import {
  chmodSync,
  closeSync,
  fchmodSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  unlinkSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf } from './error-code.ts';
import { isDead, ownerName, ownerPid } from './owner.ts';

export interface LockOptions {
  /** How long to wait for the lock, in milliseconds. */
  readonly timeout?: number;
}

/**
 * Runs `work` while no other process, and nothing else in this one, holds the lock of the file at `path`.
 *
 * The lock is the folder `<path>.lock` with one entry, named after its holder. It is taken by renaming a prepared folder
 * onto that name, which the system refuses while the folder there has an entry; it is given back by deleting the entry.
 * A dead holder's entry is deleted by whoever notices. Since no two entries ever share a name, a waiter that is late can
 * only delete what is already gone, never the entry of a newer holder: so there is no moment in which two can break the
 * same lock and both go on. A holder that is merely suspended keeps its lock.
 *
 * Not re-entrant. The folder of `path` must exist.
 */
export async function withLock<T>(path: string, work: () => Promise<T> | T, options: LockOptions = {}): Promise<T> {
  const deadline = performance.now() + (options.timeout ?? 10_000);
  return inTurn(`${resolve(path)}.lock`, deadline, async (lock) => {
    const entry = await take(lock, deadline);
    try {
      return await work();
    } finally {
      release(lock, entry);
    }
  });
}

const queues = new Map<string, Promise<void>>();

/** Within the process the order of arrival counts; without it a busy server's requests would wait in the back-off. */
async function inTurn<T>(lock: string, deadline: number, work: (lock: string) => Promise<T>): Promise<T> {
  const before = queues.get(lock) ?? Promise.resolve();
  const { promise: mine, resolve: done } = deferred();
  const all = before.then(() => mine);
  queues.set(lock, all);
  try {
    await inTime(before, deadline, () => new LockTimeout(lock, process.pid));
    return await work(lock);
  } finally {
    done();
    if (queues.get(lock) === all) queues.delete(lock);
  }
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((yes) => {
    resolve = yes;
  });
  return { promise, resolve };
}

async function inTime(promise: Promise<void>, deadline: number, late: () => Error): Promise<void> {
  const stop = new AbortController();
  const expired = sleep(Math.max(0, deadline - performance.now()), undefined, { signal: stop.signal }).then(() => {
    throw late();
  });
  // Cancelled once the race is decided; its rejection is then nobody's business.
  expired.catch(() => {});
  try {
    await Promise.race([promise, expired]);
  } finally {
    stop.abort();
  }
}

async function take(lock: string, deadline: number): Promise<string> {
  const entry = ownerName();
  const claim = `${lock}.${entry}.tmp`;
  try {
    prepare(claim, entry);
    for (let pause = 1; ; pause = Math.min(pause * 2, 32)) {
      const holder = attempt(claim, lock);
      if (holder === undefined) return entry;
      if (performance.now() >= deadline) throw new LockTimeout(lock, ownerPid(holder));
      await sleep(pause / 2 + Math.random() * pause);
    }
  } catch (error) {
    rmSync(claim, { recursive: true, force: true });
    throw error;
  }
}

function prepare(claim: string, entry: string): void {
  mkdirSync(claim, { mode: 0o700 });
  // A umask can only have taken bits away.
  chmodSync(claim, 0o700);
  const file = openSync(join(claim, entry), 'wx', 0o600);
  try {
    fchmodSync(file, 0o600);
  } finally {
    closeSync(file);
  }
}

/** One try to take the lock: undefined when it is ours now, else the name of the entry that keeps it. */
function attempt(claim: string, lock: string): string | undefined {
  // A second round at once when the first one has cleared a dead holder away.
  for (let round = 0; round < 2; round++) {
    if (isRenamed(claim, lock)) return undefined;
    const holders = entries(lock).filter((entry) => !isCleared(lock, entry));
    if (holders[0] !== undefined) return holders[0];
    // Windows does not rename onto an empty folder. One that has been taken meanwhile is not empty, and stays.
    quietly(() => rmdirSync(lock));
  }
  return '';
}

/** How the systems say "there is a folder with an entry in it" – or, on Windows, "somebody is just looking at it". */
const HELD = new Set(['ENOTEMPTY', 'EEXIST']);
const HELD_WINDOWS = new Set([...HELD, 'EPERM', 'EACCES', 'EBUSY']);

function isRenamed(claim: string, lock: string): boolean {
  try {
    renameSync(claim, lock);
    return true;
  } catch (error) {
    const held = process.platform === 'win32' ? HELD_WINDOWS : HELD;
    if (held.has(codeOf(error))) return false;
    throw error;
  }
}

function entries(lock: string): readonly string[] {
  try {
    return readdirSync(lock);
  } catch (error) {
    // Given back a moment ago; or another user's, and then its holder cannot be named.
    return codeOf(error) === 'ENOENT' ? [] : [''];
  }
}

function isCleared(lock: string, entry: string): boolean {
  if (!isDead(entry)) return false;
  return quietly(() => unlinkSync(join(lock, entry)));
}

function release(lock: string, entry: string): void {
  quietly(() => unlinkSync(join(lock, entry)));
  quietly(() => rmdirSync(lock));
}

/** True when it is done or already was. */
function quietly(work: () => void): boolean {
  try {
    work();
    return true;
  } catch (error) {
    return codeOf(error) === 'ENOENT';
  }
}

/** Another process has the lock, and has had it for too long. */
export class LockTimeout extends Error {
  /** Who has it, in words. */
  readonly holder: string;
  readonly remedy: string;

  constructor(lock: string, pid: number | undefined) {
    const holder = pid === undefined ? 'another process' : `process ${pid}`;
    super(`Gave up waiting for ${lock}, which is held by ${holder}.`);
    this.holder = holder;
    this.remedy = `Delete ${lock} if no such process is at work.`;
  }
}
