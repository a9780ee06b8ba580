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
import { getErrorCode } from '../core/error-code.ts';
import { createOwnerName, isOwnerDead, parseOwnerPid } from './owner.ts';

/** The longest wait for a lock, in milliseconds. */
const MAX_WAIT_MS = 10_000;

/**
 * Runs `work` while holding the lock of the file at `path`. At any time, only one caller in all processes holds it.
 *
 * The lock is the folder `<path>.lock` with one entry, named after its holder. A process takes the lock by renaming a prepared
 * folder to `<path>.lock`. The system rejects this rename while the lock has an entry. The holder releases the lock by deleting
 * its entry. A waiter deletes the entry of a dead holder. No two entries ever share a name, so a slow waiter can never delete
 * the entry of a newer holder, and two waiters can never both take over one lock. A suspended holder keeps its lock, which lock
 * libraries do not promise.
 *
 * Not re-entrant. The folder of `path` must exist.
 * @param timeout how long to wait for the lock, in milliseconds; at most 10 seconds
 * @throws LockTimeoutError; the error of `work`
 */
export async function withLock<T>(path: string, work: () => Promise<T> | T, timeout = MAX_WAIT_MS): Promise<T> {
  const lock = `${resolve(path)}.lock`;
  const deadline = performance.now() + Math.min(timeout, MAX_WAIT_MS);
  return getLockQueue(lock)(async () => {
    const entry = await acquireLock(lock, deadline);
    try {
      return await work();
    } finally {
      ignoreErrors(() => unlinkSync(join(lock, entry)));
      ignoreErrors(() => rmdirSync(lock));
    }
  });
}

const lockQueues = new Map<string, LimitFunction>();

/**
 * Returns the queue in which callers of this process wait for the lock. Without it, each caller would poll for the lock in
 * acquireLock(), and those pauses would slow down a busy sandbox.
 */
function getLockQueue(lock: string): LimitFunction {
  const turn = lockQueues.get(lock) ?? pLimit(1);
  lockQueues.set(lock, turn);
  return turn;
}

async function acquireLock(lock: string, deadline: number): Promise<string> {
  const entry = createOwnerName();
  const claim = `${lock}.${entry}.tmp`;
  try {
    mkdirSync(claim, { mode: 0o700 });
    // The umask may have removed permissions.
    chmodSync(claim, 0o700);
    closeSync(openSync(join(claim, entry), 'wx', 0o600));
    for (let pause = 1; !tryTakeLock(claim, lock); pause = Math.min(pause * 2, 32)) {
      if (performance.now() >= deadline) throw new LockTimeoutError(lock, listLockHolders(lock)[0] ?? '');
      await sleep(pause / 2 + Math.random() * pause);
    }
    return entry;
  } catch (error) {
    rmSync(claim, { recursive: true, force: true });
    throw error;
  }
}

/** Tries to take the lock and returns whether it did. If the lock is held, removes dead holders and tries once more. */
function tryTakeLock(claim: string, lock: string): boolean {
  if (tryRenameToLock(claim, lock)) return true;
  for (const entry of listLockHolders(lock).filter(isOwnerDead)) ignoreErrors(() => unlinkSync(join(lock, entry)));
  // Windows does not rename onto an empty folder. If another process took the lock meanwhile, the folder is not empty and stays.
  ignoreErrors(() => rmdirSync(lock));
  return tryRenameToLock(claim, lock);
}

/** The error codes for "the folder has an entry" and, on Windows, for "another process has it open". */
const HELD_CODES = ['ENOTEMPTY', 'EEXIST', ...(process.platform === 'win32' ? ['EPERM', 'EACCES', 'EBUSY'] : [])];

function tryRenameToLock(claim: string, lock: string): boolean {
  try {
    renameSync(claim, lock);
    return true;
  } catch (error) {
    if (HELD_CODES.includes(getErrorCode(error))) return false;
    throw error;
  }
}

function listLockHolders(lock: string): readonly string[] {
  try {
    return readdirSync(lock);
  } catch {
    // The folder does not exist, because the lock was just released, or it belongs to another user. Either way, remove no holder.
    return [];
  }
}

/**
 * Removes something and ignores errors: another process may have removed it already, or may prevent the removal. The next
 * rename shows whether the lock is free.
 */
function ignoreErrors(work: () => void): void {
  try {
    work();
  } catch {}
}

/** Another process held the lock for too long. */
export class LockTimeoutError extends Error {
  /** The holder, as part of a sentence: "process 4711". */
  readonly holder: string;
  /** What the user can do, as a sentence. */
  readonly remedy: string;

  constructor(lock: string, entry: string) {
    const pid = parseOwnerPid(entry);
    const holder = pid === undefined ? 'another process' : `process ${pid}`;
    super(`Gave up waiting for ${lock}, which is held by ${holder}.`);
    this.holder = holder;
    this.remedy = `Delete ${lock} if this process is no longer running.`;
  }
}
