export interface MergedSignal {
  readonly signal: AbortSignal;
  /** Removes the listeners from the sources. */
  release(): void;
}

/**
 * Returns a signal that aborts as soon as one of the sources does. AbortSignal.any() does this, too, but keeps an entry in each
 * source until the source is freed. Some sources live as long as the process, so the memory of a guard would grow (T-21).
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
