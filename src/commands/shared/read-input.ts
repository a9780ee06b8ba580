import type { Readable } from 'node:stream';
import type { UpcError } from '../../core/errors.ts';
import { type WaitLimits, waitWithinBounds } from '../../core/within-bounds.ts';
import { readNonBlocking } from '../../files/read-nonblocking.ts';

export interface InputLimits {
  /** The maximum size, in bytes: reading an endless device such as /dev/zero must not exhaust the memory. */
  readonly maxBytes: number;
  readonly createTooLargeError: () => UpcError;
}

/**
 * Reads all of standard input.
 * @throws InterruptedError or UnreachableError if the input does not end in time (T-3, T-7); the error of `createTooLargeError`;
 *   the stream's error
 */
export async function readStandardInput(
  stream: Readable,
  waitLimits: WaitLimits,
  limits: InputLimits,
): Promise<Buffer> {
  return waitWithinBounds(waitLimits, 'Standard input', (stop) => {
    // On abort, destroy the stream: its buffer would otherwise keep growing.
    stop.addEventListener('abort', () => stream.destroy(), { once: true });
    return readWithinSizeLimit(stream, limits);
  });
}

/** Reads all of a file, a device or a FIFO. @throws the same errors as {@link readStandardInput} */
export async function readNamedFile(path: string, waitLimits: WaitLimits, limits: InputLimits): Promise<Buffer> {
  return waitWithinBounds(waitLimits, `'${path}'`, (stop) => readWithinSizeLimit(readNonBlocking(path, stop), limits));
}

async function readWithinSizeLimit(
  source: AsyncIterable<Buffer | string>,
  { maxBytes, createTooLargeError }: InputLimits,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of source) {
    const buffer = Buffer.from(chunk as Buffer);
    bytes += buffer.length;
    if (bytes > maxBytes) throw createTooLargeError();
    chunks.push(buffer);
  }
  return Buffer.concat(chunks);
}
