import type { Context } from '../../app/context.ts';
import { getErrorCode } from '../../core/error-code.ts';
import { UpcError, UsageError } from '../../core/errors.ts';
import type { Hint } from '../../core/hint.ts';
import { isStdinTerminal } from '../../prompt/prompt.ts';
import { readNamedFile, readStandardInput } from './read-input.ts';

/**
 * The maximum size of a file. The output of `ip list --json` is always smaller, even in UTF-16, because the API client limits
 * the size of responses (T-12).
 */
const MAX_FILE_MIB = 256;

/** The hints and the code for errors about a kind of file. */
export interface TextFileKind {
  /** How to create such a file. */
  readonly hint: Hint;
  /** An example that pipes such a file to standard input. */
  readonly pipe: string;
  readonly code: string;
}

/**
 * Reads a text file, or standard input for `-`, in UTF-8 or in UTF-16 with a byte order mark, which Windows PowerShell writes.
 * @throws UsageError if it cannot be read or is not text; InterruptedError
 */
export async function readTextFile(context: Context, source: string, kind: TextFileKind): Promise<string> {
  if (source === '-' && isStdinTerminal(context)) {
    throw new UsageError(
      '`-` reads the file from standard input, but standard input is a terminal.',
      `Name a file, or pipe one in: ${kind.pipe}`,
    );
  }
  return decodeUtf8(await readFileOrStdin(context, source, kind), source, kind);
}

async function readFileOrStdin(context: Context, source: string, kind: TextFileKind): Promise<Buffer> {
  const createTooLargeError = () => createUnreadableError(source, `it is larger than ${MAX_FILE_MIB} MiB`, kind);
  const limits = { maxBytes: MAX_FILE_MIB * 1024 * 1024, createTooLargeError };
  try {
    return await (source === '-'
      ? readStandardInput(context.deps.stdin, context, limits)
      : readNamedFile(source, context, limits));
  } catch (error) {
    if (error instanceof UpcError) throw error;
    const code = getErrorCode(error);
    throw createUnreadableError(source, readFailureTexts[code] ?? (code || 'it cannot be read'), kind);
  }
}

const readFailureTexts: Readonly<Record<string, string>> = {
  ENOENT: 'the file does not exist',
  EISDIR: 'it is a folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
};

function decodeUtf8(bytes: Buffer, source: string, kind: TextFileKind): string {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw createUnreadableError(source, 'it is not UTF-8 text', kind);
  }
}

function createUnreadableError(source: string, why: string, { hint, code }: TextFileKind): UsageError {
  return new UsageError(`${source === '-' ? 'Standard input' : `'${source}'`} cannot be used: ${why}.`, hint, code);
}
