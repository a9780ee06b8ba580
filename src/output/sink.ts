import { fstatSync, write as writeFile } from 'node:fs';
import type { Writable } from 'node:stream';
import { createRetryingWriter, type LossText, type RetryingWriter } from './retrying-writer.ts';

/** A stream as the program is given it: Node's own, or a test's. */
export type OutputStream = Writable & { readonly isTTY?: boolean; readonly columns?: number; readonly fd?: number };

export interface Sink {
  /** Resolves when the stream has room for more. Never rejects: a reader that went away is no error (T-8). */
  write(text: string): Promise<void>;
  flush(): Promise<void>;
  /** Whether nobody reads any more, so that there is no use in rendering the rest. */
  isGone(): boolean;
  /** Why the stream could not take what was written, unless its reader merely went away. */
  failure(): string | undefined;
  /** From now on a write to a file that fails is tried again, and a stalled reader loses lines instead of filling memory. */
  outliveErrors(lossText: LossText): void;
}

/** A reader that has not taken this much has stalled. */
const STALLED_BYTES = 1024 * 1024;

/** Writes with regard for back-pressure, and notices a reader that left and a disk that is full. */
export function createSink(stream: OutputStream): Sink {
  let gone = false;
  let failure: string | undefined;
  let pending = Promise.resolve();
  let writer: RetryingWriter | undefined;
  let lossText: LossText | undefined;
  let lost = 0;
  const onError = (error: NodeJS.ErrnoException) => {
    gone = true;
    if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') failure ??= error.code ?? 'unknown error';
  };
  stream.on('error', onError);
  return {
    write(text) {
      if (writer) writer.write(text);
      if (writer || gone || text === '') return Promise.resolve();
      if (lossText) {
        if (stream.writableLength > STALLED_BYTES) {
          lost += 1;
          return Promise.resolve();
        }
        if (lost > 0) stream.write(lossText(lost, 'its reader had stalled'));
        lost = 0;
      }
      const written = new Promise<void>((resolve) => {
        stream.write(text, (error) => {
          if (error) onError(error);
          resolve();
        });
      });
      pending = pending.then(() => written);
      return written;
    },
    flush: () => writer?.flush() ?? pending,
    isGone: () => gone,
    failure: () => writer?.failure() ?? failure,
    outliveErrors(text) {
      lossText = text;
      const { fd } = stream;
      // Node's stream is of no use after its first error.
      if (fd !== undefined && isFile(stream, fd))
        writer = createRetryingWriter({ write: writerTo(fd), lossText: text });
    },
  };
}

/** Tells whether a stream is a file or a device such as /dev/full; errors of a pipe are final. */
function isFile({ isTTY }: OutputStream, fd: number): boolean {
  if (isTTY) return false;
  try {
    const kind = fstatSync(fd);
    return kind.isFile() || kind.isCharacterDevice();
  } catch {
    return false;
  }
}

const writerTo = (fd: number) => (bytes: Buffer) =>
  new Promise<number>((resolve, reject) => {
    writeFile(fd, bytes, (error, taken) => (error ? reject(error) : resolve(taken)));
  });
