import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { getErrorCode } from '../core/error-code.ts';

/** The wait before the next read of an empty pipe, in milliseconds. */
const READ_PAUSE_MS = 10;

/**
 * Matches the path of an open descriptor, such as the path that a shell creates for `<(…)`. A pipe with such a path had a
 * writer from the start, so an empty read means the end of the data.
 */
const DESCRIPTOR_PATH = /^\/(?:dev\/fd|dev\/std|proc)\b/;

/**
 * Yields the content of a file, a device or a pipe. Never blocks on a FIFO without a writer, because a blocked thread would
 * keep the process alive for ever (T-20).
 * @param stop ends the wait for a pipe when it is aborted
 * @throws the system's error
 */
export async function* readNonBlocking(path: string, stop: AbortSignal): AsyncGenerator<Buffer> {
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0));
  try {
    // A FIFO without a writer has ended only if it had a writer before. Otherwise the writer has not opened the FIFO yet.
    let hadWriter = DESCRIPTOR_PATH.test(path) || !(await handle.stat()).isFIFO();
    while (!stop.aborted) {
      const chunk = await readAvailableChunk(handle);
      if (chunk?.length === 0 && hadWriter) return;
      hadWriter ||= chunk?.length !== 0;
      if (chunk && chunk.length > 0) yield chunk;
      else await sleep(READ_PAUSE_MS);
    }
  } finally {
    await handle.close();
  }
}

/** Reads the next chunk. Returns undefined if the pipe has a writer but no data yet. */
async function readAvailableChunk(handle: FileHandle): Promise<Buffer | undefined> {
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(64 * 1024));
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    if (getErrorCode(error) === 'EAGAIN') return undefined;
    throw error;
  }
}
