import { type ExitCode, exit } from './errors.ts';

/** What carries the signals of a person who wants it to end (T-7). */
export interface Interrupt {
  /** Aborted on the first signal: nothing new starts. */
  readonly stopping: AbortSignal;
  /** Aborted when what is on the wire must end, too. */
  readonly ending: AbortSignal;
  signal(): 'SIGINT' | 'SIGTERM';
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
