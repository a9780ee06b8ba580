import { type Deadline, systemClock } from './clock.ts';
import { InterruptedError, UnreachableError } from './errors.ts';
import type { Interrupt } from './interrupt.ts';

/** What ends a wait. */
export interface Bounds {
  readonly interrupt: Interrupt;
  readonly deadline: Deadline;
}

/**
 * Waits for a read that may never end, of a pipe or of a dead disk, until a signal or the deadline (T-3, T-7, T-20). The
 * read itself may go on; `stop` says when nobody waits for it any more.
 * @param what begins the sentence of the error
 * @throws InterruptedError, UnreachableError, the error of the read
 */
export async function withinBounds<T>(
  { interrupt, deadline }: Bounds,
  what: string,
  read: (stop: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const late = expire({ interrupt, deadline }, what, over.signal);
  // Once the race is over nobody hears this error.
  late.catch(() => {});
  try {
    return await Promise.race([read(over.signal), late]);
  } finally {
    over.abort();
  }
}

/** Rejects at a signal or at the deadline. The clock of the system measures, because the system does the reading. */
async function expire({ interrupt, deadline }: Bounds, what: string, over: AbortSignal): Promise<never> {
  await systemClock.sleep(deadline.remaining(), AbortSignal.any([interrupt.stopping, over]));
  if (interrupt.stopping.aborted) throw new InterruptedError(interrupt.signal());
  throw new UnreachableError(`${what} did not end within ${deadline.totalMs / 1_000} s.`, {
    code: 'TIMED_OUT',
    hint: ['Nothing was changed.', 'Run it again, or allow more time with --timeout <seconds>.'],
  });
}
