import { fstatSync, write as writeFile } from 'node:fs';
import type { Writable } from 'node:stream';
import { createRetryingWriter, type LossTextFormatter, type RetryingWriter } from './retrying-writer.ts';

/** An output stream of Node or of a test. */
export type OutputStream = Writable & { readonly isTTY?: boolean; readonly columns?: number; readonly fd?: number };

export interface OutputSink {
  /** Resolves when the stream can take more text. Never rejects, not even if the reader has closed the pipe (T-8). */
  write(text: string): Promise<void>;
  flush(): Promise<void>;
  /** Returns whether the stream has failed or was closed by its reader. Further output is then useless. */
  isGone(): boolean;
  /** Returns the error code of a failed write; undefined if the reader only closed the pipe. */
  failure(): string | undefined;
  /**
   * Keeps the sink usable after errors. For a file, failed writes are retried. For a pipe, lines are dropped while the
   * reader does not read, so that memory does not fill up.
   */
  keepWritingAfterErrors(lossText: LossTextFormatter): void;
}

/** If more unread bytes than this are waiting, the reader counts as stalled, and further lines are dropped. */
const STALLED_READER_BYTES = 1024 * 1024;

/** Creates a sink for the stream. The sink handles back-pressure, a reader that closes the pipe, and a full disk. */
export function createSink(stream: OutputStream): OutputSink {
  let gone = false;
  let failure: string | undefined;
  let pending = Promise.resolve();
  let writer: RetryingWriter | undefined;
  let lossText: LossTextFormatter | undefined;
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
        if (stream.writableLength > STALLED_READER_BYTES) {
          lost += 1;
          return Promise.resolve();
        }
        if (lost > 0) stream.write(lossText(lost, 'the reader had stalled'));
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
    keepWritingAfterErrors(text) {
      lossText = text;
      const { fd } = stream;
      // Bypass Node's stream for a file, because the stream never writes again after its first error.
      if (fd !== undefined && isFileStream(stream, fd))
        writer = createRetryingWriter({ write: createFileWriter(fd), lossText: text });
    },
  };
}

/**
 * Returns whether a stream is a file or a device such as /dev/full. Only then is retrying useful: an error of a pipe is
 * permanent.
 */
function isFileStream({ isTTY }: OutputStream, fd: number): boolean {
  if (isTTY) return false;
  try {
    const kind = fstatSync(fd);
    return kind.isFile() || kind.isCharacterDevice();
  } catch {
    return false;
  }
}

const createFileWriter = (fd: number) => (bytes: Buffer) =>
  new Promise<number>((resolve, reject) => {
    writeFile(fd, bytes, (error, taken) => (error ? reject(error) : resolve(taken)));
  });
