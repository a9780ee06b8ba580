import type { Readable } from 'node:stream';
import type { UpcError } from '../../core/errors.ts';
import { type Bounds, withinBounds } from '../../core/within-bounds.ts';
import { readNonBlocking } from '../../files/read-nonblocking.ts';

export interface InputLimits {
  /** Bytes: a device that never ends must not fill the memory. */
  readonly most: number;
  readonly tooLarge: () => UpcError;
}

/**
 * Reads all of standard input.
 * @throws InterruptedError and UnreachableError (T-3, T-7): a pipe may never end; what `tooLarge` makes; the stream's error
 */
export async function readInput(stream: Readable, bounds: Bounds, limits: InputLimits): Promise<Buffer> {
  return withinBounds(bounds, 'Standard input', (stop) => {
    // Without this a stream that nobody reads any more would go on filling its buffer.
    stop.addEventListener('abort', () => stream.destroy(), { once: true });
    return whole(stream, limits);
  });
}

/** As {@link readInput}, of a file, a device or a FIFO. */
export async function readPath(path: string, bounds: Bounds, limits: InputLimits): Promise<Buffer> {
  return withinBounds(bounds, `'${path}'`, (stop) => whole(readNonBlocking(path, stop), limits));
}

async function whole(source: AsyncIterable<Buffer | string>, { most, tooLarge }: InputLimits): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of source) {
    const buffer = Buffer.from(chunk as Buffer);
    bytes += buffer.length;
    if (bytes > most) throw tooLarge();
    chunks.push(buffer);
  }
  return Buffer.concat(chunks);
}
