import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { codeOf } from './error-code.ts';

/**
 * Names the running process so that any other one can tell later whether it has died. The text goes into the *names* of
 * lock entries and temporary files, because a name is never half written.
 */
export function createOwnerName(): string {
  const parts = [process.pid, startOf(process.pid) ?? '0', place(), Date.now(), randomBytes(8).toString('hex')];
  return parts.join('-');
}

const NAME = /^(\d+)-(\d+)-([0-9a-f]+)-(\d+)-[0-9a-f]{16}$/;

/** Returns the process that a name stands for, or undefined when {@link createOwnerName} did not make the name. */
export function ownerPid(name: string): number | undefined {
  const pid = NAME.exec(name)?.[1];
  return pid === undefined ? undefined : Number(pid);
}

/** In milliseconds: a process that cannot be seen from here is given up after this time. Work under a lock takes milliseconds. */
const FOREIGN_LIMIT_MS = 10 * 60_000;

/** Returns true only for a process that is certainly over: waiting for a dead one costs time, overtaking a living one costs data. */
export function isDead(name: string): boolean {
  const [, pid = '', start, where, since] = NAME.exec(name) ?? [];
  if (pid === '') return false;
  // Another machine or container on the same disk, or this machine before its last start.
  if (where !== place()) return Date.now() - Number(since) > FOREIGN_LIMIT_MS;
  if (!isRunning(Number(pid))) return true;
  // Linux says when a process started: a later process may have the same number.
  const now = startOf(Number(pid));
  return now !== undefined && start !== '0' && now !== start;
}

/** Returns whether there is such a process; it may be a later one with the same number. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

let known: string | undefined;

/** Names the space in which process numbers are unique: the machine and, on Linux, its boot and the container. */
function place(): string {
  if (known !== undefined) return known;
  const boot = text(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'));
  const container = text(() => readlinkSync('/proc/self/ns/pid'));
  known = createHash('sha256').update([hostname(), boot, container].join()).digest('hex').slice(0, 16);
  return known;
}

/**
 * Returns when a process started, in ticks since the boot of Linux; undefined on other systems. A process that ended but
 * that its parent has not reaped has ended here, too: a container without an init keeps such processes for ever.
 */
function startOf(pid: number): string | undefined {
  const line = text(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  // The name of the command stands in brackets and may itself hold spaces and brackets; the third field follows the last one.
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? 'ended' : fields[19];
}

function text(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
