import type { Interrupt } from '../core/interrupt.ts';

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
