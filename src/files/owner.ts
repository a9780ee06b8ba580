import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { getErrorCode } from '../core/error-code.ts';

/**
 * Returns a unique name for the running process. From this name, any process can later determine whether the running process
 * has ended. It is part of the *names* of lock entries and temporary files, because a name is never half-written.
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

const NAME = /^(\d+)-(\d+)-([0-9a-f]+)-(\d+)-[0-9a-f]{16}$/;

/** Returns the process id in a name, or undefined if {@link createOwnerName} did not create the name. */
export function parseOwnerPid(name: string): number | undefined {
  const pid = NAME.exec(name)?.[1];
  return pid === undefined ? undefined : Number(pid);
}

/**
 * A process of another machine or container cannot be checked. It counts as running for this time, in milliseconds, which is
 * ample: work under a lock takes milliseconds.
 */
const FOREIGN_LIMIT_MS = 10 * 60_000;

/**
 * Returns true only if the process has certainly ended. A wrong `false` makes another process wait; a wrong `true` could make it
 * take over a lock that is in use.
 */
export function isOwnerDead(name: string): boolean {
  const [, pid = '', start, where, since] = NAME.exec(name) ?? [];
  if (pid === '') return false;
  // The name is from another machine or container with the same disk, or from before the last boot.
  if (where !== computePidSpaceHash()) return Date.now() - Number(since) > FOREIGN_LIMIT_MS;
  if (!isProcessRunning(Number(pid))) return true;
  // A later process may have the same id. On Linux, its start time differs.
  const now = readProcessStartTime(Number(pid));
  return now !== undefined && start !== '0' && now !== start;
}

/** Returns whether a process with this id exists. It may be a later process with the same id. */
export function isProcessRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return getErrorCode(error) === 'EPERM';
  }
}

let known: string | undefined;

/** Returns a hash of the space in which process ids are unique: the machine and, on Linux, its boot and the container. */
function computePidSpaceHash(): string {
  if (known !== undefined) return known;
  const boot = readOrEmptyText(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'));
  const container = readOrEmptyText(() => readlinkSync('/proc/self/ns/pid'));
  known = createHash('sha256').update([hostname(), boot, container].join()).digest('hex').slice(0, 16);
  return known;
}

/**
 * Returns when a process started, in ticks since the boot of Linux, or undefined on other systems. Returns 'ended' for a zombie:
 * a container without an init process keeps zombies for ever.
 */
function readProcessStartTime(pid: number): string | undefined {
  const line = readOrEmptyText(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  // The command name is in brackets and may itself contain spaces and brackets, so the third field follows the last bracket.
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
