export interface MergedSignal {
  readonly signal: AbortSignal;
  /** Lets go of the sources. */
  release(): void;
}

/**
 * Aborts as soon as one of the signals does. AbortSignal.any() keeps an entry at each source for as long as that lives: with
 * the signals of a process, a command that runs for months grows with every request (T-21).
 */
export function mergeSignals(signals: readonly AbortSignal[]): MergedSignal {
  const merged = new AbortController();
  const abort = () => merged.abort();
  const release = () => {
    for (const signal of signals) signal.removeEventListener('abort', abort);
  };
  for (const signal of signals) {
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  }
  return { signal: merged.signal, release };
}
