import { type ExitCode, exit } from './errors.ts';

/** The signals that interrupt a command: Ctrl-C, SIGTERM, SIGHUP and, on Windows, Ctrl-Break (T-7). */
export interface Interrupt {
  /** Aborted on the first signal. From then on, the command starts nothing new. */
  readonly stopping: AbortSignal;
  /** Aborted on the second signal, or five seconds after the first. Requests that are still running then end, too. */
  readonly ending: AbortSignal;
  /** Returns the signal that interrupted the command. SIGHUP counts as SIGTERM. */
  signal(): 'SIGINT' | 'SIGTERM';
}

/** Returns the exit code of an interrupted command, or undefined if it was not interrupted (T-7). */
export function getInterruptCode({ stopping, signal }: Interrupt): ExitCode | undefined {
  if (!stopping.aborted) return undefined;
  return signal() === 'SIGTERM' ? exit.terminated : exit.interrupted;
}

/** Resolves when the signal is aborted. */
export function waitForAbort(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
