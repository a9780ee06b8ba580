/** How a text for what was lost is made, by the number of texts and the error code. */
export type LossText = (lost: number, reason: string) => string;

export interface WriterOptions {
  /** Writes to the file and returns how many bytes it took. @throws the system's error */
  readonly write: (bytes: Buffer) => Promise<number>;
  readonly lossText: LossText;
  readonly retryMs?: number;
}

export interface RetryingWriter {
  write(text: string): void;
  /** Waits until everything is written or cannot be written now. */
  flush(): Promise<void>;
  /** The error code of what is not written yet. */
  failure(): string | undefined;
}

/** What waits for a disk that is full is limited; the newest texts are lost first. */
const KEPT_BYTES = 256 * 1024;
const RETRY_MS = 1_000;

/**
 * Writes texts one after the other, and tries again what fails: a full disk must not end the log of a long-running command
 * (T-21). A text that was written in part is continued, so that every line is whole.
 */
export function createRetryingWriter({ write, lossText, retryMs = RETRY_MS }: WriterOptions): RetryingWriter {
  const waiting: Buffer[] = [];
  let size = 0;
  let lost = 0;
  let failure: string | undefined;
  let running: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  const add = (text: string) => {
    const bytes = Buffer.from(text);
    if (size + bytes.length > KEPT_BYTES) lost += 1;
    else {
      waiting.push(bytes);
      size += bytes.length;
    }
  };
  const drain = async () => {
    for (let [next] = waiting; next !== undefined; [next] = waiting) {
      const taken = await write(next);
      size -= taken;
      if (taken < next.length) waiting[0] = next.subarray(taken);
      else waiting.shift();
      if (waiting.length === 0 && lost > 0) {
        const text = lossText(lost, failure ?? 'unknown error');
        lost = 0;
        add(text);
      }
    }
    failure = undefined;
  };
  const start = (): Promise<void> => {
    clearTimeout(timer);
    running ??= drain()
      .catch((error: NodeJS.ErrnoException) => {
        failure = error.code ?? 'unknown error';
        timer = setTimeout(start, retryMs).unref();
      })
      .finally(() => {
        running = undefined;
      });
    return running;
  };
  return {
    write(text) {
      if (text === '') return;
      add(text);
      // After a failure the timer decides when to try again.
      if (failure === undefined) void start();
    },
    async flush() {
      if (running) await running;
      if (waiting.length > 0) await start();
    },
    failure: () => failure,
  };
}
