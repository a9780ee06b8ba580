import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { getErrorCode } from '../core/error-code.ts';

/**
 * Returns a unique name for the running process. With this name, any process can later determine whether this process has
 * ended. Lock entries and temporary files contain the name in their file names: a file name, unlike content, is never
 * half-written.
 */
export function createOwnerName(): string {
  const parts = [
    process.pid,
    readProcessStartTime(process.pid) ?? '0',
    computePidSpaceHash(),
    Date.now(),
    randomBytes(8).toString('hex'),
  ];
  return parts.join('-');
}

const OWNER_NAME = /^(\d+)-(\d+)-([0-9a-f]+)-(\d+)-[0-9a-f]{16}$/;

/** Returns the process id in a name, or undefined if {@link createOwnerName} did not create the name. */
export function parseOwnerPid(name: string): number | undefined {
  const pid = OWNER_NAME.exec(name)?.[1];
  return pid === undefined ? undefined : Number(pid);
}

/**
 * The time, in milliseconds, after which a process of another machine or container counts as ended, because it cannot be checked.
 * The time runs from the creation of its name. It is ample: work under a lock takes milliseconds.
 */
const FOREIGN_OWNER_MAX_AGE_MS = 10 * 60_000;

/**
 * Returns true only if the process that created the name has certainly ended. A wrong `false` only makes another process
 * wait. A wrong `true` could let the other process take a lock that is in use.
 */
export function isOwnerDead(name: string): boolean {
  const [, pid = '', start, where, since] = OWNER_NAME.exec(name) ?? [];
  if (pid === '') return false;
  // The process ran on another machine, in another container, or before the last boot. Its id means nothing here.
  if (where !== computePidSpaceHash()) return Date.now() - Number(since) > FOREIGN_OWNER_MAX_AGE_MS;
  if (!isProcessRunning(Number(pid))) return true;
  // A later process may have the same id. On Linux, the start time shows whether it is the same process.
  const now = readProcessStartTime(Number(pid));
  return now !== undefined && start !== '0' && now !== start;
}

/** Returns whether a process with this id exists. The process may be a later one with the same id. */
export function isProcessRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return getErrorCode(error) === 'EPERM';
  }
}

let pidSpaceHash: string | undefined;

/**
 * Returns a hash that identifies the machine and, on Linux, its current boot and the container. Process ids with different
 * hashes cannot be compared.
 */
function computePidSpaceHash(): string {
  if (pidSpaceHash !== undefined) return pidSpaceHash;
  const boot = readOrEmptyText(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'));
  const container = readOrEmptyText(() => readlinkSync('/proc/self/ns/pid'));
  pidSpaceHash = createHash('sha256').update([hostname(), boot, container].join()).digest('hex').slice(0, 16);
  return pidSpaceHash;
}

/**
 * Returns when a process started, in ticks since Linux booted; undefined on other systems. Returns 'ended' for a zombie,
 * because a container without an init process keeps zombies for ever.
 */
function readProcessStartTime(pid: number): string | undefined {
  const line = readOrEmptyText(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  // In /proc/<pid>/stat, the second field is the command in parentheses, which may itself contain spaces and parentheses. The
  // third field follows the last `)`.
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? 'ended' : fields[19];
}

function readOrEmptyText(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
