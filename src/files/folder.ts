import { statSync } from 'node:fs';
import { chmod, mkdir, readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf } from './error-code.ts';

/** Who makes a folder, and whose the folders above it are. */
export interface User {
  /** Undefined on Windows, which has owners of another kind. */
  readonly uid: number | undefined;
  /** Returns the owner of what is at a path, or undefined where nothing is. */
  readonly ownerOf: (path: string) => number | undefined;
}

const systemUser: User = {
  uid: process.getuid?.(),
  ownerOf: (path) => statSync(path, { throwIfNoEntry: false })?.uid,
};

/** Root works with the home of another user, where what root creates would lock that user out (T-19). */
export class ForeignFolderError extends Error {
  constructor(folder: string) {
    super(`You are root, and ${folder} belongs to another user: nothing is created there.`);
  }
}

/**
 * Makes a folder and those above it, their owner's alone from the beginning and under any umask. An existing folder stays as
 * it is.
 * @throws ForeignFolderError; the system's error
 */
export async function ensureFolder(path: string, user: User = systemUser): Promise<void> {
  assertOwnGround(path, user);
  await make(path);
}

function assertOwnGround(path: string, { uid, ownerOf }: User): void {
  if (uid !== 0) return;
  for (let folder = path; folder !== dirname(folder); folder = dirname(folder)) {
    if ((ownerOf(folder) ?? 0) !== 0) throw new ForeignFolderError(folder);
  }
}

async function make(path: string): Promise<void> {
  if (await isMade(path)) return;
  await make(dirname(path));
  await isMade(path);
}

/** False when the folder above is missing. */
async function isMade(path: string): Promise<boolean> {
  try {
    await mkdir(path, { mode: 0o700 });
    // A umask can only have taken bits away, so it was never open to more people than it is now.
    await chmod(path, 0o700);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT' && dirname(path) !== path) return false;
    if (codeOf(error) !== 'EEXIST') throw error;
    // Fails, and rightly, when it is not a folder; it also makes a link to a folder acceptable.
    await readdir(path);
    return true;
  }
}
