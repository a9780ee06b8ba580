import { type Deadline, systemClock } from './clock.ts';
import { InterruptedError, UnreachableError } from './errors.ts';
import type { Interrupt } from './interrupt.ts';
import { mergeSignals } from './merge-signals.ts';

/** The signal and the deadline that end a wait. */
export interface WaitLimits {
  readonly interrupt: Interrupt;
  readonly deadline: Deadline;
}

/**
 * Waits until a read ends, a signal arrives or the deadline passes (T-3, T-7, T-20). A read of a pipe or of a dead disk may
 * never end.
 * @param what the start of the error message: "The token command"
 * @param read starts the read; `stop` is aborted when the wait ends, but the read itself may go on
 * @throws InterruptedError; UnreachableError at the deadline; the error of the read
 */
export async function waitWithinBounds<T>(
  { interrupt, deadline }: WaitLimits,
  what: string,
  read: (stop: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const late = rejectAtLimit({ interrupt, deadline }, what, over.signal);
  // If `read` throws before Promise.race() is called, nothing else handles the rejection of `late`. An unhandled rejection
  // would end the process.
  late.catch(() => {});
  try {
    return await Promise.race([read(over.signal), late]);
  } finally {
    over.abort();
  }
}

/**
 * Rejects when a signal arrives or the deadline passes. Uses the system clock even in tests, because a read takes real time
 * in tests, too.
 */
async function rejectAtLimit({ interrupt, deadline }: WaitLimits, what: string, over: AbortSignal): Promise<never> {
  const either = mergeSignals([interrupt.stopping, over]);
  await systemClock.sleep(deadline.remaining(), either.signal);
  either.release();
  if (interrupt.stopping.aborted) throw new InterruptedError(interrupt.signal());
  throw new UnreachableError(`${what} did not end within ${deadline.totalMs / 1_000} s.`, {
    code: 'TIMED_OUT',
    hint: ['Nothing was changed.', 'Run the command again, or allow more time with --timeout <seconds>.'],
  });
}
