import { constants, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** The flags for opening a file: read only, do not wait for the writer of a FIFO (T-20). Windows has no O_NONBLOCK. */
const READ_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

export interface RegularFileRules {
  /** The maximum size, in bytes. */
  readonly maxBytes: number;
  /** Whether the file must belong to the user or to root. Set for files whose path the user did not give. */
  readonly isOwn?: boolean;
}

/** Thrown if a file must not be used, for example because any user can write it (T-19, T-20). */
export class UnusableFileError extends Error {
  /** The problem; continues a sentence that starts with the path: "is too large". */
  readonly problem: string;

  constructor(path: string, problem: string) {
    super(`${path} ${problem}.`);
    this.problem = problem;
  }
}

/**
 * Opens a regular file for reading. Checks the type, owner, permissions and size of the opened file (T-19).
 * @throws UnusableFileError; the system's error
 */
export async function openRegularFile(path: string, rules: RegularFileRules): Promise<FileHandle> {
  const handle = await open(path, READ_FLAGS);
  try {
    const problem = findFileProblem(await handle.stat(), rules);
    if (problem !== undefined) throw new UnusableFileError(path, problem);
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Reads a whole regular file with the checks of {@link openRegularFile}. @throws UnusableFileError; the system's error */
export async function readRegularFile(path: string, rules: RegularFileRules): Promise<string> {
  const handle = await openRegularFile(path, rules);
  try {
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}

/** Returns why a file must not be used, or undefined if it may be used. */
export function findFileProblem(
  stats: Pick<Stats, 'isFile' | 'uid' | 'mode' | 'size'>,
  { maxBytes, isOwn }: RegularFileRules,
  user: number | undefined = process.getuid?.(),
): string | undefined {
  if (!stats.isFile()) return 'is not a regular file';
  if (stats.size > maxBytes) return 'is too large';
  // Nothing more can be checked on Windows, which has no user ids and no such permissions.
  if (user === undefined) return undefined;
  if (isOwn && stats.uid !== user && stats.uid !== 0) return 'belongs to another user';
  return (stats.mode & 0o002) === 0 ? undefined : 'can be written by any user';
}
