import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf } from './error-code.ts';

/** In milliseconds, between two tries to read from a pipe that has nothing yet. */
const PAUSE_MS = 10;

/** Pipes that are open already, such as the `<(…)` of a shell: one without a writer has ended. */
const IS_DESCRIPTOR = /^\/(?:dev\/fd|dev\/std|proc)\b/;

/**
 * Yields what a file, a device or a pipe holds. Nothing blocks, neither the opening of a FIFO that nobody writes to nor a
 * read of it, because a blocked read would hold the process for ever (T-20).
 * @param stop ends the wait for a pipe
 * @throws the system's error
 */
export async function* readNonBlocking(path: string, stop: AbortSignal): AsyncGenerator<Buffer> {
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0));
  try {
    // A FIFO has ended when it had a writer and has none any more.
    let hadWriter = IS_DESCRIPTOR.test(path) || !(await handle.stat()).isFIFO();
    while (!stop.aborted) {
      const chunk = await readChunk(handle);
      if (chunk?.length === 0 && hadWriter) return;
      hadWriter ||= chunk?.length !== 0;
      if (chunk && chunk.length > 0) yield chunk;
      else await sleep(PAUSE_MS);
    }
  } finally {
    await handle.close();
  }
}

/** Returns undefined where a writer has nothing to say yet. */
async function readChunk(handle: FileHandle): Promise<Buffer | undefined> {
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(64 * 1024));
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    if (codeOf(error) === 'EAGAIN') return undefined;
    throw error;
  }
}
