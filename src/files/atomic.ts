import { constants, renameSync } from 'node:fs';
import { chmod, mkdir, open, readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { getErrorCode } from '../core/error-code.ts';
import { createOwnerName, isOwnerDead } from './owner.ts';

/**
 * Replaces the file at `path` atomically: a reader always finds the whole old text or the whole new text, even after a
 * crash. When the promise is fulfilled, the text is on the disk, and only its owner can read the file. Readers need no lock.
 * A writer that creates the new text from the old text needs a lock.
 *
 * The library write-file-atomic is not used, for these reasons:
 * - it opens its temporary file without O_EXCL, so it would follow a link at the path of that file;
 * - if `path` is a link, it replaces the target of the link;
 * - it keeps the permissions and the owner of the old file;
 * - it does not sync the folder, so a power cut could undo the change;
 * - its temporary files do not show which process wrote them, so leftovers cannot be removed safely.
 * @throws the system's error
 */
export async function writeFileAtomically(path: string, text: string): Promise<void> {
  await removeLeftovers(path);
  const temporary = `${path}.${createOwnerName()}.tmp`;
  try {
    await writeNewFile(temporary, text);
    await renameWithRetries(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/**
 * Lets a library write a new file in a private folder, then replaces the file at `path` with the new file. As with
 * writeFileAtomically(), readers never see a half-written file.
 * @param make writes the new file into the given folder and returns its path
 * @throws the system's error; the error of `make`
 */
export async function replaceWithStagedFile(path: string, make: (folder: string) => string): Promise<void> {
  await removeLeftovers(path);
  const folder = `${path}.${createOwnerName()}.tmp`;
  try {
    await mkdir(folder, { mode: 0o700 });
    // mkdir() applies the umask, which may remove permissions that the owner needs.
    await chmod(folder, 0o700);
    const made = make(folder);
    await chmod(made, 0o600);
    await syncFile(made);
    await renameWithRetries(made, path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  await syncFolder(dirname(path));
}

/** Removes the temporary files and folders that killed processes left beside the file. Keeps those of running processes. */
async function removeLeftovers(path: string): Promise<void> {
  const start = `${basename(path)}.`;
  for (const name of await readdir(dirname(path))) {
    if (!name.startsWith(start) || !name.endsWith('.tmp')) continue;
    const owner = name.slice(start.length, -'.tmp'.length).replace(/^lock\./, '');
    if (isOwnerDead(owner)) await rm(join(dirname(path), name), { recursive: true, force: true });
  }
}

// Do not follow a link, which another user may have put at this path. Windows has no O_NOFOLLOW.
const CREATE_FLAGS = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY | (constants.O_NOFOLLOW ?? 0);

async function writeNewFile(path: string, text: string): Promise<void> {
  const file = await open(path, CREATE_FLAGS, 0o600);
  try {
    await file.chmod(0o600);
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Creates a file that only its owner can read. Never replaces an existing file. When the promise is fulfilled, the text is on the
 * disk. If writing fails, the incomplete file is removed.
 * @throws the system's error: EEXIST if the path already exists
 */
export async function createPrivateFile(path: string, text: string): Promise<void> {
  try {
    await writeNewFile(path, text);
  } catch (error) {
    if (getErrorCode(error) !== 'EEXIST') await rm(path, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

async function syncFile(path: string): Promise<void> {
  // Open the file for writing, because Windows cannot sync a file that is open only for reading.
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

async function renameWithRetries(from: string, to: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      return renameSync(from, to);
    } catch (error) {
      // Windows rejects the rename while a reader or a virus scanner has the old file open.
      const isTransient = process.platform === 'win32' && ['EPERM', 'EACCES', 'EBUSY'].includes(getErrorCode(error));
      if (!isTransient || attempt === 20) throw error;
      await sleep(5 + 5 * attempt);
    }
  }
}

/** Syncs the folder, because otherwise a power cut could undo a rename. Windows and some network disks cannot sync a folder. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, constants.O_RDONLY);
  try {
    await folder.sync();
  } catch (error) {
    if (!['EINVAL', 'ENOTSUP', 'EPERM'].includes(getErrorCode(error))) throw error;
  } finally {
    await folder.close();
  }
}
