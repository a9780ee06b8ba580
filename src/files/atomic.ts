import { constants, renameSync } from 'node:fs';
import { chmod, mkdir, open, readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf } from './error-code.ts';
import { isDead, createOwnerName } from './owner.ts';

/**
 * Replaces the file at `path` atomically: a reader, now or after a crash, finds the whole old text or the whole new one.
 * When the promise is fulfilled the text is on the disk and only its owner can read it. Readers need no lock; writers that
 * build on what they read do.
 *
 * write-file-atomic does not suit: it opens its temporary file without O_EXCL and so follows a link that stands there,
 * writes to where a link in the place of the file points, takes over the rights and the owner of the file before, does not
 * sync the folder, and gives its left-overs names that do not say whether their writer is still alive.
 */
export async function writeAtomic(path: string, text: string): Promise<void> {
  await removeLeftovers(path);
  const temporary = `${path}.${createOwnerName()}.tmp`;
  try {
    await writeNew(temporary, text);
    await replace(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/**
 * As writeAtomic(), for a file that a library writes: `make` gets a private folder to work in and says which file in it
 * takes the place of `path`, with the rights 0600. However the library writes, nobody finds it half done.
 */
export async function replaceWithStagedFile(path: string, make: (folder: string) => string): Promise<void> {
  await removeLeftovers(path);
  const folder = `${path}.${createOwnerName()}.tmp`;
  try {
    await mkdir(folder, { mode: 0o700 });
    // A umask can only have taken bits away.
    await chmod(folder, 0o700);
    const made = make(folder);
    await chmod(made, 0o600);
    await syncFile(made);
    await replace(made, path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  await syncFolder(dirname(path));
}

/** What killed processes left beside the file: unfinished texts, and claims to its lock. Those of living ones stay. */
async function removeLeftovers(path: string): Promise<void> {
  const start = `${basename(path)}.`;
  for (const name of await readdir(dirname(path))) {
    if (!name.startsWith(start) || !name.endsWith('.tmp')) continue;
    const owner = name.slice(start.length, -'.tmp'.length).replace(/^lock\./, '');
    if (isDead(owner)) await rm(join(dirname(path), name), { recursive: true, force: true });
  }
}

// Never through a link somebody has put there; Windows has no such flag.
const CREATE = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY | (constants.O_NOFOLLOW ?? 0);

async function writeNew(path: string, text: string): Promise<void> {
  const file = await open(path, CREATE, 0o600);
  try {
    await file.chmod(0o600);
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFile(path: string): Promise<void> {
  // Windows syncs only what may be written.
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

async function replace(from: string, to: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      return renameSync(from, to);
    } catch (error) {
      // Windows refuses while a reader or a virus scanner has the old file open, which passes.
      const passing = process.platform === 'win32' && ['EPERM', 'EACCES', 'EBUSY'].includes(codeOf(error));
      if (!passing || attempt === 20) throw error;
      await sleep(5 + 5 * attempt);
    }
  }
}

/** Without this a power cut may bring back the old name. Windows has no such call, some network disks neither. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, constants.O_RDONLY);
  try {
    await folder.sync();
  } catch (error) {
    if (!['EINVAL', 'ENOTSUP', 'EPERM'].includes(codeOf(error))) throw error;
  } finally {
    await folder.close();
  }
}
