import type { Interrupt } from './api/transport.ts';
import { type ExitCode, exit } from './errors.ts';

/** How long what is on the wire may take to finish after the first signal (T-7). */
const GRACE_MS = 5_000;

type Signal = 'SIGINT' | 'SIGTERM';

/** What this needs of the process; a test hands in an EventEmitter. */
export interface SignalSource {
  on(signal: Signal, listener: () => void): unknown;
}

/** Turns signals into the two stages of an interrupt: stopping on the first, ending on the second or after the grace. */
export function listenForSignals(source: SignalSource): Interrupt {
  const stopping = new AbortController();
  const ending = new AbortController();
  let first: Signal = 'SIGINT';
  const onSignal = (signal: Signal) => () => {
    if (stopping.signal.aborted) ending.abort();
    else {
      first = signal;
      stopping.abort();
      setTimeout(() => ending.abort(), GRACE_MS).unref();
    }
  };
  source.on('SIGINT', onSignal('SIGINT'));
  source.on('SIGTERM', onSignal('SIGTERM'));
  return { stopping: stopping.signal, ending: ending.signal, signal: () => first };
}

/** The exit code of a command that was interrupted, whatever came of it (T-7); undefined for one that was not. */
export function interruptCode({ stopping, signal }: Interrupt): ExitCode | undefined {
  if (!stopping.aborted) return undefined;
  return signal() === 'SIGTERM' ? exit.terminated : exit.interrupted;
}

/** Resolves when the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
