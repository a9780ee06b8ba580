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
const LOCK_MAX_WAIT_MS = 10_000;

/**
 * Runs `work` while holding the lock of the file at `path`. At any time, only one caller in all processes holds this lock.
 *
 * - The lock is the folder `<path>.lock`. It contains one entry, whose name identifies the process that holds the lock.
 * - To take the lock, a process creates another folder with its own entry, and renames that folder to `<path>.lock`. The
 *   system rejects this rename while the lock has an entry.
 * - To release the lock, the holder deletes its entry. If the holder has ended without doing so, a waiting process deletes
 *   the entry.
 * - Every entry has a unique name. So a slow process never deletes the entry of a newer holder.
 * - A suspended process keeps its lock. Lock libraries do not promise this.
 *
 * Not re-entrant: `work` must not request the same lock. The folder of `path` must exist.
 * @param timeout how long to wait for the lock, in milliseconds; at most 10 seconds
 * @throws LockTimeoutError; the error of `work`
 */
export async function withLock<T>(path: string, work: () => Promise<T> | T, timeout = LOCK_MAX_WAIT_MS): Promise<T> {
  const lock = `${resolve(path)}.lock`;
  const deadline = performance.now() + Math.min(timeout, LOCK_MAX_WAIT_MS);
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
 * Returns the queue in which callers of this process wait for the lock. Without the queue, each caller would poll for the
 * lock, and the pauses between polls would slow down a busy sandbox.
 */
function getLockQueue(lock: string): LimitFunction {
  const queue = lockQueues.get(lock) ?? pLimit(1);
  lockQueues.set(lock, queue);
  return queue;
}

async function acquireLock(lock: string, deadline: number): Promise<string> {
  const entry = createOwnerName();
  const claim = `${lock}.${entry}.tmp`;
  try {
    mkdirSync(claim, { mode: 0o700 });
    // mkdir() applies the umask, which may remove permissions that the owner needs.
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

/**
 * Tries to take the lock and returns whether it did. If the lock is held, deletes the entries of processes that have ended,
 * then tries once more.
 */
function tryTakeLock(claim: string, lock: string): boolean {
  if (tryRenameToLock(claim, lock)) return true;
  for (const entry of listLockHolders(lock).filter(isOwnerDead)) ignoreErrors(() => unlinkSync(join(lock, entry)));
  // Remove the lock's folder if it is empty, because Windows cannot rename another folder onto it. If another process has
  // taken the lock, rmdir() fails.
  ignoreErrors(() => rmdirSync(lock));
  return tryRenameToLock(claim, lock);
}

/**
 * The error codes of renameSync() if another process holds the lock, so that the lock folder is not empty. On Windows, the
 * rename also fails if another process has the folder open.
 */
const LOCK_HELD_CODES = ['ENOTEMPTY', 'EEXIST', ...(process.platform === 'win32' ? ['EPERM', 'EACCES', 'EBUSY'] : [])];

function tryRenameToLock(claim: string, lock: string): boolean {
  try {
    renameSync(claim, lock);
    return true;
  } catch (error) {
    if (LOCK_HELD_CODES.includes(getErrorCode(error))) return false;
    throw error;
  }
}

function listLockHolders(lock: string): readonly string[] {
  try {
    return readdirSync(lock);
  } catch {
    // The lock was just released, or its folder belongs to another user. Either way, this process can delete no entry.
    return [];
  }
}

/**
 * Runs the removal of a file or folder and ignores its errors: another process may have removed it already, or may prevent the
 * removal. A failed removal does no harm, because tryRenameToLock() shows whether the lock is free.
 */
function ignoreErrors(work: () => void): void {
  try {
    work();
  } catch {}
}

/** Thrown if another process held the lock for too long. */
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
