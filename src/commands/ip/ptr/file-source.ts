import { createReadStream } from 'node:fs';
import { addAbortSignal, type Readable } from 'node:stream';
import type { Context } from '../../../context.ts';
import { type PtrEntry, parsePtrFile } from '../../../domain/ptr-file.ts';
import { InterruptedError, UsageError } from '../../../errors.ts';

/** A line for each of a hundred thousand addresses has room in it; a device that never ends has not. */
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * The lines of a reverse DNS file.
 * @param source a path, or `-` for standard input
 * @throws UsageError where it cannot be read or a line is bad; InterruptedError
 */
export async function readPtrFile(context: Context, source: string): Promise<PtrEntry[]> {
  const { stdin } = context.deps;
  if (source === '-' && stdin.isTTY) {
    throw new UsageError(
      '`-` reads the file from standard input, which is the terminal here.',
      'Name a file, or pipe one in: upc ip ptr plan - < ptr.hosts',
    );
  }
  return parsePtrFile(decode(await readAll(context, source), source));
}

async function readAll({ deps, interrupt }: Context, source: string): Promise<Buffer> {
  const stream: Readable = source === '-' ? deps.stdin : createReadStream(source);
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of addAbortSignal(interrupt.stopping, stream)) {
      const buffer = Buffer.from(chunk);
      bytes += buffer.length;
      if (bytes > MAX_BYTES) throw unreadable(source, 'it is larger than 16 MiB');
      chunks.push(buffer);
    }
  } catch (error) {
    if (interrupt.stopping.aborted) throw new InterruptedError(interrupt.signal());
    if (error instanceof UsageError) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? '';
    throw unreadable(source, readFailures[code] ?? (code || 'it cannot be read'));
  }
  return Buffer.concat(chunks);
}

const readFailures: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'you may not read it',
  EPERM: 'you may not read it',
};

function decode(bytes: Buffer, source: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw unreadable(source, 'it is not UTF-8 text');
  }
}

function unreadable(source: string, why: string): UsageError {
  return new UsageError(
    `${source === '-' ? 'Standard input' : `'${source}'`} cannot be used: ${why}.`,
    '`upc ip ptr export > ptr.hosts` writes a file to begin with.',
    'PTR_FILE_INVALID',
  );
}
