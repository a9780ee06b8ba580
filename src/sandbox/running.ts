import { rm } from 'node:fs/promises';
import { get } from 'node:http';
import { join } from 'node:path';
import { writeAtomic } from '../files/atomic.ts';
import { ensureFolder } from '../files/folder.ts';
import { withLock } from '../files/lock.ts';
import { isRunning } from '../files/owner.ts';
import { readRegular } from '../files/regular-file.ts';
import { mapWriteErrors } from './map-write-errors.ts';

/** Every answer of a served sandbox says which one it is from. */
export const INSTANCE_HEADER = 'x-upc-sandbox';

/** What a server started by `upc sandbox serve` leaves in the data folder, so that other commands can find it. */
export interface Registration {
  readonly origin: string;
  readonly instance: string;
  /** The file of its state; null where it keeps none. */
  readonly state: string | null;
}

/** A server that answers. */
export interface RunningServer {
  readonly origin: string;
  readonly pid: number;
  readonly state: string | null;
}

interface Entry extends Registration {
  readonly pid: number;
}

/**
 * Registers this process as the running server. Any served sandbox registers, whatever its state and seed: whoever says
 * "the running sandbox" means the one just started, so the last one wins, and a caller that wants to say so asks
 * {@link findRunningServer} first. The function it returns takes the entry away again, unless it is another's by then.
 * @throws SandboxError
 */
export async function registerServer(
  folder: string,
  { origin, instance, state }: Registration,
): Promise<() => Promise<void>> {
  const file = fileIn(folder);
  const entry: Entry = { pid: process.pid, origin, instance, state };
  await mapWriteErrors(file, async () => {
    await ensureFolder(folder);
    await withLock(file, () => writeAtomic(file, `${JSON.stringify(entry)}\n`));
  });
  return () => mapWriteErrors(file, () => forget(file, instance));
}

/** The server that is registered and answers; the entry of one that was killed is removed. */
export async function findRunningServer(folder: string): Promise<RunningServer | undefined> {
  const file = fileIn(folder);
  const entry = await readEntry(file);
  if (entry === undefined) return undefined;
  if ((await instanceAt(entry.origin)) === entry.instance) {
    return { origin: entry.origin, pid: entry.pid, state: entry.state };
  }
  // A server that is only slow keeps its entry: it may answer the next time.
  // That the entry cannot be removed, in a folder that may only be read, does not matter.
  if (!isRunning(entry.pid)) await forget(file, entry.instance).catch(() => {});
  return undefined;
}

function fileIn(folder: string): string {
  return join(folder, 'serve.json');
}

async function forget(file: string, instance: string): Promise<void> {
  const isThere = async () => (await readEntry(file))?.instance === instance;
  // Asked twice: the folder may be gone altogether, and then there is no place for a lock either.
  if (!(await isThere())) return;
  await withLock(file, async () => {
    if (await isThere()) await rm(file, { force: true });
  });
}

async function readEntry(file: string): Promise<Entry | undefined> {
  try {
    const content: unknown = JSON.parse(await readRegular(file, { maxBytes: 64 * 1024, isOwn: true }));
    return isEntry(content) ? content : undefined;
  } catch {
    // There is no server, whether the file is missing, spoilt or another user's; the next server writes a new one.
    return undefined;
  }
}

function isEntry(value: unknown): value is Entry {
  if (typeof value !== 'object' || value === null) return false;
  const { pid, origin, instance, state } = value as Partial<Record<keyof Entry, unknown>>;
  const isPid = typeof pid === 'number' && Number.isSafeInteger(pid) && pid > 0;
  const isPlace = state === null || typeof state === 'string';
  const isNamed = typeof instance === 'string' && instance !== '';
  return isPid && isPlace && isNamed && typeof origin === 'string' && LOOPBACK.test(origin);
}

/** The file decides where requests go, so it may name nothing but this machine. */
const LOOPBACK = /^http:\/\/127\.0\.0\.1:\d{1,5}$/;
const PATIENCE = 500;

/** The instance a server says it is; a stranger on the same port cannot know ours. */
function instanceAt(origin: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(PATIENCE);
    const request = get(`${origin}/sandbox`, { agent: false, signal }, (response) => {
      const header = response.headers[INSTANCE_HEADER];
      resolve(typeof header === 'string' ? header : undefined);
      response.destroy();
    });
    request.on('error', () => resolve(undefined));
  });
}
