/**
 * The interval of the timer that detects pauses of this process. With a longer interval, short pauses would not be
 * noticed.
 */
const TICK_MS = 5;

export interface Overrun<T> {
  readonly result: T;
  /** The duration of the work, in milliseconds. */
  readonly ms: number;
  /**
   * The number of milliseconds by which the work exceeded the limit, without the time that other programs took from
   * this process.
   */
  readonly overrunMs: number;
}

/**
 * Runs work and measures by how much it exceeds its time limit. Does not count time in which other programs used the
 * processor: in that time, a timer fires late although this process computed nothing.
 */
export async function measureOverrun<T>(limitMs: number, work: () => Promise<T>): Promise<Overrun<T>> {
  const started = performance.now();
  const due = started + limitMs;
  let stolen = 0;
  let [last, lastCpu] = [started, getCpuMs()];
  const addStolenTime = () => {
    const [now, cpu] = [performance.now(), getCpuMs()];
    stolen += Math.max(0, now - Math.max(last + TICK_MS, due) - (cpu - lastCpu));
    [last, lastCpu] = [now, cpu];
  };
  const timer = setInterval(addStolenTime, TICK_MS);
  try {
    const result = await work();
    addStolenTime();
    const ms = performance.now() - started;
    return { result, ms, overrunMs: ms - limitMs - stolen };
  } finally {
    clearInterval(timer);
  }
}

function getCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
