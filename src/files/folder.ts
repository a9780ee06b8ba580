import { statSync } from 'node:fs';
import { chmod, mkdir, readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { getErrorCode } from '../core/error-code.ts';

/** The user who creates a folder, and the owners of the folders above it. */
export interface FolderUser {
  /** The user id; undefined on Windows, which has no user ids. */
  readonly uid: number | undefined;
  /** Returns the owner of a file or folder, or undefined if the path does not exist. */
  readonly getOwner: (path: string) => number | undefined;
}

const currentUser: FolderUser = {
  uid: process.getuid?.(),
  getOwner: (path) => statSync(path, { throwIfNoEntry: false })?.uid,
};

/** Thrown if root would create a file in the folder of another user, who could then not read the file (T-19). */
export class ForeignFolderError extends Error {
  constructor(folder: string) {
    super(`You are root, and ${folder} belongs to another user. upc creates nothing there.`);
  }
}

/**
 * Creates a folder and the missing folders above it. New folders have mode 0700 from the start, whatever the umask is (T-10).
 * Existing folders are not changed.
 * @throws ForeignFolderError; the system's error
 */
export async function ensureFolder(path: string, user: FolderUser = currentUser): Promise<void> {
  assertNoForeignFolder(path, user);
  await createFolder(path);
}

/** Checks that root does not create anything below a folder of another user (T-19). @throws ForeignFolderError */
export function assertNoForeignFolder(path: string, { uid, getOwner }: FolderUser = currentUser): void {
  if (uid !== 0) return;
  for (let folder = path; folder !== dirname(folder); folder = dirname(folder)) {
    if ((getOwner(folder) ?? 0) !== 0) throw new ForeignFolderError(folder);
  }
}

async function createFolder(path: string): Promise<void> {
  if (await tryCreateFolder(path)) return;
  await createFolder(dirname(path));
  await tryCreateFolder(path);
}

/** Creates the folder unless it exists. Returns false if the folder above it is missing. */
async function tryCreateFolder(path: string): Promise<boolean> {
  try {
    await mkdir(path, { mode: 0o700 });
    // mkdir() applies the umask, which may remove permissions that the owner needs. The umask adds no permissions, so the
    // folder was never open to other users.
    await chmod(path, 0o700);
    return true;
  } catch (error) {
    if (getErrorCode(error) === 'ENOENT' && dirname(path) !== path) return false;
    if (getErrorCode(error) !== 'EEXIST') throw error;
    // The path exists. readdir() throws unless the path is a folder, or a link to a folder.
    await readdir(path);
    return true;
  }
}
