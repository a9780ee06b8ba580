import { addAbortSignal, type Readable } from 'node:stream';
import { InterruptedError, type UpcError } from '../../core/errors.ts';
import type { Interrupt } from '../../core/interrupt.ts';

export interface InputLimits {
  /** Bytes: a device that never ends must not fill the memory. */
  readonly most: number;
  readonly tooLarge: () => UpcError;
}

/**
 * All that a stream has to give.
 * @throws InterruptedError on a signal: whoever writes to a pipe may never come to an end; what `tooLarge` makes; the stream's error
 */
export async function readWhole(stream: Readable, interrupt: Interrupt, limits: InputLimits): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of addAbortSignal(interrupt.stopping, stream)) {
      const buffer = Buffer.from(chunk);
      bytes += buffer.length;
      if (bytes > limits.most) throw limits.tooLarge();
      chunks.push(buffer);
    }
  } catch (error) {
    throw interrupt.stopping.aborted ? new InterruptedError(interrupt.signal()) : error;
  }
  return Buffer.concat(chunks);
}
