import type { Writable } from 'node:stream';

/** A stream as the program is given it: Node's own, or a test's. */
export type OutputStream = Writable & { readonly isTTY?: boolean; readonly columns?: number };

export interface Sink {
  /** Resolves when the stream has room for more. Never rejects: a reader that went away is no error (T-8). */
  write(text: string): Promise<void>;
  flush(): Promise<void>;
  /** Whether nobody reads any more, so that there is no use in rendering the rest. */
  isGone(): boolean;
  /** Why the stream could not take what was written, unless its reader merely went away. */
  failure(): string | undefined;
}

/** Writes with regard for back-pressure, and notices a reader that left and a disk that is full. */
export function createSink(stream: OutputStream): Sink {
  let gone = false;
  let failure: string | undefined;
  let pending = Promise.resolve();
  const onError = (error: NodeJS.ErrnoException) => {
    gone = true;
    if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') failure ??= error.code ?? 'unknown error';
  };
  stream.on('error', onError);
  return {
    write(text) {
      if (gone || text === '') return Promise.resolve();
      const written = new Promise<void>((resolve) => {
        stream.write(text, (error) => {
          if (error) onError(error);
          resolve();
        });
      });
      pending = pending.then(() => written);
      return written;
    },
    flush: () => pending,
    isGone: () => gone,
    failure: () => failure,
  };
}
