import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname, uptime } from 'node:os';
import { codeOf } from './error-code.ts';

/**
 * Names the running process so that any other one can later tell whether it has died. The text goes into the *names* of
 * lock entries and temporary files: a name is there whole or not at all, where a file's content could be cut off.
 */
export function ownerName(): string {
  const self = identity();
  const parts = [self.pid, self.start, self.boot, self.space, self.host, Date.now(), randomBytes(8).toString('hex')];
  return parts.join('-');
}

/** The process a name stands for, or undefined when the name was not made by {@link ownerName}. */
export function ownerPid(name: string): number | undefined {
  return parse(name)?.pid;
}

/**
 * True only when the named process can no longer do anything. When in doubt it lives: waiting for a dead process costs
 * time, taking over from a living one costs data.
 */
export function isDead(name: string): boolean {
  const owner = parse(name);
  if (owner === undefined) return false;
  const self = identity();
  const sameKernel = owner.boot === self.boot && (owner.boot !== '0' || owner.host === self.host);
  if (sameKernel && owner.space === self.space) return isGone(owner);
  // The same machine after a restart: nothing has outlived that. (Linux inside Windows shares the name but not the boot.)
  const bothKnown = owner.boot !== '0' && self.boot !== '0';
  if (bothKnown && owner.boot !== self.boot && owner.host === self.host) return true;
  // Another machine or container on a shared disk: its processes cannot be seen from here, only waited for.
  return Date.now() - owner.since > FOREIGN_LIMIT;
}

/** Whatever is done under a lock takes milliseconds; only a process nobody can ask after is given up by the clock. */
const FOREIGN_LIMIT = 10 * 60_000;
/** Allows for a clock that was set between two readings. */
const CLOCK_SLACK = 60_000;

interface Identity {
  readonly pid: number;
  /** Linux: when the process started, in ticks since the boot, so that a pid given out again is told apart. Else `0`. */
  readonly start: string;
  /** Linux: the kernel's id of this boot. Else `0`. */
  readonly boot: string;
  /** Linux: the namespace the pid is counted in. Else `0`. */
  readonly space: string;
  readonly host: string;
}

interface Owner extends Identity {
  readonly since: number;
}

const NAME = /^(\d+)-(\d+)-([0-9a-f]+)-(\d+)-([0-9a-f]+)-(\d+)-[0-9a-f]{16}$/;

function parse(name: string): Owner | undefined {
  const match = NAME.exec(name);
  if (match === null) return undefined;
  const [, pid = '', start = '', boot = '', space = '', host = '', since = ''] = match;
  return { pid: Number(pid), start, boot, space, host, since: Number(since) };
}

let known: Identity | undefined;

function identity(): Identity {
  known ??= {
    pid: process.pid,
    start: processStatus(process.pid)?.start ?? '0',
    boot: text(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')).replace(/[^0-9a-f]/g, '') || '0',
    space: text(() => readlinkSync('/proc/self/ns/pid')).replace(/\D/g, '') || '0',
    host: createHash('sha256').update(hostname()).digest('hex').slice(0, 12),
  };
  return known;
}

function isGone(owner: Owner): boolean {
  if (!isRunning(owner.pid)) return true;
  const status = processStatus(owner.pid);
  if (status !== undefined) return status.ended || (owner.start !== '0' && status.start !== owner.start);
  // Without /proc: a pid from before the last start of the machine belongs to somebody else now.
  return owner.start === '0' && owner.since < Date.now() - uptime() * 1000 - CLOCK_SLACK;
}

/** Whether there is such a process; it may be a later one that was given the same number. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** What Linux says about a process; undefined elsewhere, or when /proc does not show it. */
function processStatus(pid: number): { readonly start: string; readonly ended: boolean } | undefined {
  const line = text(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  // The command's name stands in brackets and may itself hold spaces and brackets; the third field follows the last one.
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  const [state, threads, start] = [fields[0], fields[17], fields[19]];
  if (state === undefined || start === undefined || !/^\d+$/.test(start)) return undefined;
  // Killed but not yet reaped. While another of its threads is inside the kernel, a last rename may still happen.
  return { start, ended: (state === 'Z' || state === 'X') && Number(threads) <= 1 };
}

function text(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
