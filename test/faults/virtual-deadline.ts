import { type Clock, systemClock } from '../../src/core/clock.ts';
import type { Respond } from './fault-server.ts';

export interface VirtualDeadline {
  readonly clock: Clock;
  /** As that fault, and then time passes until the program gives up the request. */
  after(respond: Respond): Respond;
}

/**
 * A clock on which time passes only while the program waits for a server in silence: however busy the machine is, nothing
 * else runs out of time.
 */
export function virtualDeadline(): VirtualDeadline {
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
    after: (respond) => (struck) => {
      respond(struck);
      // The first bytes, where the fault sends some, arrive before.
      setTimeout(endNext, 20);
    },
  };
}
