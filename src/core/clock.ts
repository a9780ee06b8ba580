/** The clock as the program sees it, so that tests can set it. */
export interface Clock {
  /** Milliseconds since 1970; whoever sets the clock moves it, back too. */
  now(): number;
  /** Milliseconds since some moment, for measuring: it only ever goes on. */
  elapsed(): number;
  /** Resolves after the time, or at once when the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls back after the time, unless the function that it returns is called before. */
  startTimer(ms: number, onEnd: () => void): () => void;
  /** In [0, 1). */
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

/** The one deadline of a command (T-3). Time that a person takes to answer does not count. */
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

  /** Runs the work with the clock stopped. */
  async pause<T>(work: () => Promise<T>): Promise<T> {
    const start = this.#elapsed();
    try {
      return await work();
    } finally {
      this.#end += this.#elapsed() - start;
    }
  }
}
