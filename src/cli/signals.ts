import { readFileSync } from 'node:fs';
import type { Env } from '../core/environment.ts';
import type { Interrupt } from '../core/interrupt.ts';
import { createSharedController } from '../core/shared-controller.ts';

/** How long requests in flight may take to finish after the first signal (T-7). */
const REQUEST_GRACE_MS = 5_000;

type Signal = 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'SIGBREAK';

/** The parts of the process that listenForSignals() uses; tests pass in an EventEmitter. */
export interface SignalSource {
  on(signal: Signal, listener: () => void): unknown;
  readonly env: Env;
  readonly ppid: number;
}

/**
 * Turns signals into the two stages of an interrupt (T-7). The first signal aborts `stopping`. A second signal, or else a
 * timer after 5 s, aborts `ending`. SIGHUP counts as SIGTERM unless the caller ignores SIGHUP. On Windows, Ctrl-Break
 * (SIGBREAK) counts as Ctrl-C, and closing the console window sends SIGHUP.
 */
export function listenForSignals(source: SignalSource, read: (path: string) => string = readFileText): Interrupt {
  const stopping = createSharedController();
  const ending = createSharedController();
  let first: 'SIGINT' | 'SIGTERM' = 'SIGINT';
  const onSignal = (signal: Signal) => () => {
    if (stopping.signal.aborted) ending.abort();
    else {
      first = signal === 'SIGINT' || signal === 'SIGBREAK' ? 'SIGINT' : 'SIGTERM';
      stopping.abort();
      setTimeout(() => ending.abort(), REQUEST_GRACE_MS).unref();
    }
  };
  source.on('SIGINT', onSignal('SIGINT'));
  source.on('SIGBREAK', onSignal('SIGBREAK'));
  source.on('SIGTERM', onSignal('SIGTERM'));
  source.on('SIGHUP', isHangupIgnored(source, read) ? () => {} : onSignal('SIGHUP'));
  return { stopping: stopping.signal, ending: ending.signal, signal: () => first };
}

/**
 * Returns whether the caller ignores SIGHUP, as nohup does. Node resets the signal before this program runs, so this
 * function looks for indirect signs:
 * - The shell's variable `_` names nohup.
 * - /proc shows that this process or its parent ignores SIGHUP.
 * - stdin is write-only, because nohup replaces a terminal with a write-only /dev/null.
 */
function isHangupIgnored({ env, ppid }: SignalSource, read: (path: string) => string): boolean {
  if (/(?:^|\/)nohup$/.test(env._ ?? '')) return true;
  if (['self', ppid].some((id) => showsIgnoredHangup(read(`/proc/${id}/status`)))) return true;
  return /^flags:\s*[0-7]*1$/m.test(read('/proc/self/fdinfo/0'));
}

/**
 * Returns whether a process ignores SIGHUP, from its status under /proc. In the mask of ignored signals, the lowest bit
 * stands for signal 1, which is SIGHUP.
 */
function showsIgnoredHangup(status: string): boolean {
  const digit = /^SigIgn:\s*[0-9a-f]*([0-9a-f])$/m.exec(status)?.[1] ?? '0';
  return Number.parseInt(digit, 16) % 2 === 1;
}

/** Reads a file under /proc; returns an empty text on systems without it. */
function readFileText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
