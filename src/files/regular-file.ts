import { constants, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** A FIFO in the place of a file must not make the program wait (T-20). Windows has no such flag. */
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

export interface FileRules {
  /** Rejects larger files, in bytes. */
  readonly maxBytes: number;
  /** Rejects what belongs to neither the user nor root: for a file that the user did not name. */
  readonly isOwn?: boolean;
}

/** Why a file must not be used. */
export class UnusableFileError extends Error {
  /** Continues a sentence that begins with the path. */
  readonly why: string;

  constructor(path: string, why: string) {
    super(`${path} ${why}.`);
    this.why = why;
  }
}

/**
 * Opens a regular file for reading and checks its kind, owner, rights and size through the descriptor (T-19).
 * @throws UnusableFileError; the system's error
 */
export async function openRegular(path: string, rules: FileRules): Promise<FileHandle> {
  const handle = await open(path, READ);
  try {
    const why = findFileProblem(await handle.stat(), rules);
    if (why !== undefined) throw new UnusableFileError(path, why);
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Reads the whole of a regular file, checked as {@link openRegular} does. @throws UnusableFileError; the system's error */
export async function readRegular(path: string, rules: FileRules): Promise<string> {
  const handle = await openRegular(path, rules);
  try {
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}

/** Returns what is wrong with a file, or undefined. */
export function findFileProblem(
  stats: Pick<Stats, 'isFile' | 'uid' | 'mode' | 'size'>,
  { maxBytes, isOwn }: FileRules,
  user: number | undefined = process.getuid?.(),
): string | undefined {
  if (!stats.isFile()) return 'is not a regular file';
  if (stats.size > maxBytes) return 'is too large';
  // Windows has rights of another kind.
  if (user === undefined) return undefined;
  if (isOwn && stats.uid !== user && stats.uid !== 0) return 'belongs to another user';
  return (stats.mode & 0o002) === 0 ? undefined : 'can be written by any user';
}
