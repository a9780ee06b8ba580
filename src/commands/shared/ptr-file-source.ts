import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import type { ArgumentSpec, OptionSpec } from '../../app/command.ts';
import type { Context } from '../../app/context.ts';
import { UpcError, UsageError } from '../../core/errors.ts';
import { type PtrEntry, parsePtrFile } from '../../domain/ptr-file.ts';
import { readWhole } from './input.ts';

export interface PlanOptions {
  prune?: boolean;
  ignoreMissing?: boolean;
}

/** The file of `plan` and `apply`. */
export const ptrFileArgument: ArgumentSpec = {
  name: '<file>',
  description: 'lines of address and hostname, or - to read them from standard input',
  source: 'file',
  question: 'File, or - for standard input',
};

/** How `plan` and `apply` read it. */
export const ptrFileOptions: readonly OptionSpec[] = [
  { flags: '--prune', description: "addresses that the file does not name get UpCloud's default back" },
  { flags: '--ignore-missing', description: 'do not mind addresses that are not on the account' },
];

/** A line for each of a hundred thousand addresses has room in it; a device that never ends has not. */
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * The lines of a reverse DNS file.
 * @param source a path, or `-` for standard input
 * @throws UsageError where it cannot be read or a line is bad; InterruptedError
 */
export async function readPtrFile(context: Context, source: string): Promise<PtrEntry[]> {
  return parsePtrFile(await readTextFile(context, source));
}

/** Reads a file or standard input as text. Throws UsageError where it cannot be read; InterruptedError. */
export async function readTextFile(context: Context, source: string): Promise<string> {
  const { stdin } = context.deps;
  if (source === '-' && stdin.isTTY) {
    throw new UsageError(
      '`-` reads the file from standard input, which is the terminal here.',
      'Name a file, or pipe one in: upc ip ptr plan - < ptr.hosts',
    );
  }
  return decode(await readAll(context, source), source);
}

async function readAll({ deps, interrupt }: Context, source: string): Promise<Buffer> {
  const stream: Readable = source === '-' ? deps.stdin : createReadStream(source);
  const limits = { most: MAX_BYTES, tooLarge: () => unreadable(source, 'it is larger than 16 MiB') };
  try {
    return await readWhole(stream, interrupt, limits);
  } catch (error) {
    if (error instanceof UpcError) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? '';
    throw unreadable(source, readFailures[code] ?? (code || 'it cannot be read'));
  }
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
