import {
  chmodSync,
  closeSync,
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
import pLimit, { type LimitFunction } from 'p-limit';
import { codeOf } from './error-code.ts';
import { isDead, createOwnerName, ownerPid } from './owner.ts';

/** The longest wait for a lock, in milliseconds. */
const LONGEST_WAIT_MS = 10_000;

/**
 * Runs `work` while no other process, and nothing else in this one, holds the lock of the file at `path`.
 *
 * The lock is the folder `<path>.lock` with one entry, named after its holder. A process takes it by renaming a prepared
 * folder onto that name, which the system rejects while the folder there has an entry; it releases the lock by deleting
 * the entry. A waiter deletes the entry of a dead holder. No two entries ever share a name, so a slow waiter can never
 * delete the entry of a newer holder, and two waiters can never both take over one lock. A suspended holder keeps its
 * lock, which the libraries for this do not promise.
 *
 * Not re-entrant. The folder of `path` must exist.
 * @param timeout how long to wait for the lock, in milliseconds; 10 seconds at most
 * @throws LockTimeoutError
 */
export async function withLock<T>(path: string, work: () => Promise<T> | T, timeout = LONGEST_WAIT_MS): Promise<T> {
  const lock = `${resolve(path)}.lock`;
  const deadline = performance.now() + Math.min(timeout, LONGEST_WAIT_MS);
  return turnsOf(lock)(async () => {
    const entry = await take(lock, deadline);
    try {
      return await work();
    } finally {
      quietly(() => unlinkSync(join(lock, entry)));
      quietly(() => rmdirSync(lock));
    }
  });
}

const turns = new Map<string, LimitFunction>();

/** Within the process the order of arrival counts; without it the requests of a busy sandbox would wait in the back-off. */
function turnsOf(lock: string): LimitFunction {
  const turn = turns.get(lock) ?? pLimit(1);
  turns.set(lock, turn);
  return turn;
}

async function take(lock: string, deadline: number): Promise<string> {
  const entry = createOwnerName();
  const claim = `${lock}.${entry}.tmp`;
  try {
    mkdirSync(claim, { mode: 0o700 });
    // A umask can only have taken rights away.
    chmodSync(claim, 0o700);
    closeSync(openSync(join(claim, entry), 'wx', 0o600));
    for (let pause = 1; !isTaken(claim, lock); pause = Math.min(pause * 2, 32)) {
      if (performance.now() >= deadline) throw new LockTimeoutError(lock, holdersOf(lock)[0] ?? '');
      await sleep(pause / 2 + Math.random() * pause);
    }
    return entry;
  } catch (error) {
    rmSync(claim, { recursive: true, force: true });
    throw error;
  }
}

/** Tries to take the lock, once more at once where the first try has removed a dead holder. */
function isTaken(claim: string, lock: string): boolean {
  if (isRenamed(claim, lock)) return true;
  for (const entry of holdersOf(lock).filter(isDead)) quietly(() => unlinkSync(join(lock, entry)));
  // Windows does not rename onto an empty folder. One that was taken meanwhile is not empty, and stays.
  quietly(() => rmdirSync(lock));
  return isRenamed(claim, lock);
}

/** How the systems say "there is a folder with an entry in it" or, on Windows, "another process has it open". */
const HELD = ['ENOTEMPTY', 'EEXIST', ...(process.platform === 'win32' ? ['EPERM', 'EACCES', 'EBUSY'] : [])];

function isRenamed(claim: string, lock: string): boolean {
  try {
    renameSync(claim, lock);
    return true;
  } catch (error) {
    if (HELD.includes(codeOf(error))) return false;
    throw error;
  }
}

function holdersOf(lock: string): readonly string[] {
  try {
    return readdirSync(lock);
  } catch {
    // It was released a moment ago; or it is another user's, and its holder cannot be named.
    return [];
  }
}

/** For what another process may have done already, or may prevent; the next rename finds out. */
function quietly(work: () => void): void {
  try {
    work();
  } catch {}
}

/** Another process holds the lock for too long. */
export class LockTimeoutError extends Error {
  /** Names who holds it, for a sentence. */
  readonly holder: string;
  readonly remedy: string;

  constructor(lock: string, entry: string) {
    const pid = ownerPid(entry);
    const holder = pid === undefined ? 'another process' : `process ${pid}`;
    super(`Gave up waiting for ${lock}, which is held by ${holder}.`);
    this.holder = holder;
    this.remedy = `Delete ${lock} if no such process is running.`;
  }
}
