/** Returns a line that reports how many writes were lost and why. The reason is an error code or a short text. */
export type LossTextFormatter = (lost: number, reason: string) => string;

export interface WriterOptions {
  /** Writes to the file and returns the number of bytes written. @throws the system's error */
  readonly write: (bytes: Buffer) => Promise<number>;
  readonly lossText: LossTextFormatter;
  readonly retryMs?: number;
}

export interface RetryingWriter {
  write(text: string): void;
  /** Waits until everything is written, or until a write fails. */
  flush(): Promise<void>;
  /** Returns the error code of the last failed write. Returns undefined if all text has been written since then. */
  failure(): string | undefined;
}

/** The maximum number of bytes to keep while writes fail, for example on a full disk. Further texts are lost. */
const MAX_WAITING_BYTES = 256 * 1024;
const RETRY_PAUSE_MS = 1_000;

/**
 * Creates a writer that writes texts in order and retries failed writes. A full disk then does not end the log of a
 * long-running command (T-21). After a partial write, the next write continues with the rest, so that no line is cut.
 */
export function createRetryingWriter({ write, lossText, retryMs = RETRY_PAUSE_MS }: WriterOptions): RetryingWriter {
  const waiting: Buffer[] = [];
  let size = 0;
  let lost = 0;
  let failure: string | undefined;
  let running: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  const addToQueue = (text: string) => {
    const bytes = Buffer.from(text);
    if (size + bytes.length > MAX_WAITING_BYTES) lost += 1;
    else {
      waiting.push(bytes);
      size += bytes.length;
    }
  };
  const writeQueue = async () => {
    for (let [next] = waiting; next !== undefined; [next] = waiting) {
      const taken = await write(next);
      size -= taken;
      if (taken < next.length) waiting[0] = next.subarray(taken);
      else waiting.shift();
      if (waiting.length === 0 && lost > 0) {
        const text = lossText(lost, failure ?? 'unknown error');
        lost = 0;
        addToQueue(text);
      }
    }
    failure = undefined;
  };
  const start = (): Promise<void> => {
    clearTimeout(timer);
    running ??= writeQueue()
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
      addToQueue(text);
      // After a failed write, do not start another write here: the retry timer does that.
      if (failure === undefined) void start();
    },
    async flush() {
      if (running) await running;
      if (waiting.length > 0) await start();
    },
    failure: () => failure,
  };
}
