export interface MergedSignal {
  readonly signal: AbortSignal;
  /** Removes this signal's listeners from the given signals. */
  release(): void;
}

/**
 * Returns a signal that aborts as soon as one of the given signals does. Call `release` when the signal is no longer needed.
 * Does not use AbortSignal.any(), whose result cannot be released. In a guard, the given signals live as long as the
 * process. They would keep an entry for each merged signal, so the memory would grow (T-21).
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
