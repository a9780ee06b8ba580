import { readFileSync } from 'node:fs';
import type { Interrupt } from '../core/interrupt.ts';

/** How long what is on the wire may take to finish after the first signal (T-7). */
const GRACE_MS = 5_000;

type Signal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** What this needs of the process; a test hands in an EventEmitter. */
export interface SignalSource {
  on(signal: Signal, listener: () => void): unknown;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly ppid: number;
}

/**
 * Turns signals into the two stages of an interrupt: stopping on the first, ending on the second or after the grace. A
 * hang-up counts as SIGTERM unless it is to be ignored.
 */
export function listenForSignals(source: SignalSource, read: (path: string) => string = readText): Interrupt {
  const stopping = new AbortController();
  const ending = new AbortController();
  let first: 'SIGINT' | 'SIGTERM' = 'SIGINT';
  const onSignal = (signal: Signal) => () => {
    if (stopping.signal.aborted) ending.abort();
    else {
      first = signal === 'SIGINT' ? 'SIGINT' : 'SIGTERM';
      stopping.abort();
      setTimeout(() => ending.abort(), GRACE_MS).unref();
    }
  };
  source.on('SIGINT', onSignal('SIGINT'));
  source.on('SIGTERM', onSignal('SIGTERM'));
  source.on('SIGHUP', isHangupIgnored(source, read) ? () => {} : onSignal('SIGHUP'));
  return { stopping: stopping.signal, ending: ending.signal, signal: () => first };
}

/**
 * Returns whether the caller wants a hang-up to be ignored, as nohup does. Node takes that wish back before any of this
 * program runs, so three signs of it count, too: the variable in which a shell names the program that it started, a parent
 * that ignores the signal, and the standard input that nohup opens for writing only in the place of a terminal.
 */
function isHangupIgnored({ env, ppid }: SignalSource, read: (path: string) => string): boolean {
  if (/(?:^|\/)nohup$/.test(env._ ?? '')) return true;
  if (['self', ppid].some((id) => ignoresHangup(read(`/proc/${id}/status`)))) return true;
  return /^flags:\s*[0-7]*1$/m.test(read('/proc/self/fdinfo/0'));
}

/** The first bit of the last digit stands for the first signal, which is SIGHUP. */
function ignoresHangup(status: string): boolean {
  const digit = /^SigIgn:\s*[0-9a-f]*([0-9a-f])$/m.exec(status)?.[1] ?? '0';
  return Number.parseInt(digit, 16) % 2 === 1;
}

/** Only Linux has these files. */
function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
