import { type Clock, systemClock } from '../../src/core/clock.ts';
import type { FaultResponder } from './fault-server.ts';

export interface VirtualDeadline {
  readonly clock: Clock;
  /**
   * Returns a fault that first responds as `respond` does. Then it advances the clock to the next time limit, so that
   * the program gives up the request.
   */
  after(respond: FaultResponder): FaultResponder;
}

/**
 * Creates a clock that advances only while the program sleeps and after a faulty response. So even on a slow machine,
 * no other time limit is reached.
 */
export function createVirtualDeadline(): VirtualDeadline {
  const timers = new Set<{ readonly at: number; readonly onEnd: () => void }>();
  let now = 0;
  const endNext = () => {
    const next = [...timers].sort((one, other) => one.at - other.at)[0];
    if (next === undefined) return;
    timers.delete(next);
    now = Math.max(now, next.at);
    next.onEnd();
  };
  return {
    clock: {
      ...systemClock,
      elapsed: () => now,
      random: () => 0.5,
      async sleep(ms) {
        now += ms;
      },
      startTimer(ms, onEnd) {
        const timer = { at: now + ms, onEnd };
        timers.add(timer);
        return () => void timers.delete(timer);
      },
    },
    after: (respond) => (faulted) => {
      respond(faulted);
      // Wait until the program has received the first bytes, if the fault sends any.
      setTimeout(endNext, 20);
    },
  };
}
