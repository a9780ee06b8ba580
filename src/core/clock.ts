/** The clock of the program. Tests replace it. */
export interface Clock {
  /** Milliseconds since 1970. The value jumps when the system clock is set. */
  now(): number;
  /** Milliseconds since an arbitrary moment. The value never goes back, so it is suitable for measuring durations. */
  elapsed(): number;
  /** Resolves after `ms` milliseconds, or at once when the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls `onEnd` after `ms` milliseconds. Returns a function that cancels the timer. */
  startTimer(ms: number, onEnd: () => void): () => void;
  /** A random number in [0, 1). */
  random(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  startTimer(ms, onEnd) {
    const timer = setTimeout(onEnd, ms);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal?.addEventListener('abort', done, { once: true });
    }),
};

/** The deadline of a whole command (T-3). The time that a user takes to answer a question does not count. */
export class Deadline {
  readonly #elapsed: () => number;
  #end: number;
  readonly totalMs: number;

  constructor(totalMs: number, elapsed: () => number) {
    this.totalMs = totalMs;
    this.#elapsed = elapsed;
    this.#end = elapsed() + totalMs;
  }

  /** Milliseconds left, never negative. */
  remaining(): number {
    return Math.max(0, this.#end - this.#elapsed());
  }

  /** Runs the work and extends the deadline by the duration of the work. */
  async pause<T>(work: () => Promise<T>): Promise<T> {
    const start = this.#elapsed();
    try {
      return await work();
    } finally {
      this.#end += this.#elapsed() - start;
    }
  }
}
