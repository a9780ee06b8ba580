import { rm } from 'node:fs/promises';
import { get } from 'node:http';
import { join } from 'node:path';
import { writeFileAtomically } from '../files/atomic.ts';
import { ensureFolder } from '../files/folder.ts';
import { withLock } from '../files/lock.ts';
import { isProcessRunning } from '../files/owner.ts';
import { readRegularFile } from '../files/regular-file.ts';
import { mapWriteErrors } from './map-write-errors.ts';

/** The response header with the random name of the server. */
export const INSTANCE_HEADER = 'x-upc-sandbox';

/** The entry that `upc sandbox serve` writes to the data folder, so that other commands can find the server. */
export interface ServerRegistration {
  readonly origin: string;
  readonly instance: string;
  /** The file with the state of the server; null if the state is in memory. */
  readonly state: string | null;
}

/** A registered server that responds to requests. */
export interface RunningServer {
  readonly origin: string;
  readonly pid: number;
  readonly state: string | null;
}

interface RegistryEntry extends ServerRegistration {
  readonly pid: number;
}

/**
 * Registers this process as the running server. Replaces the entry of an earlier server, because commands use the server
 * that was started last. Call {@link findRunningServer} first to warn the user about an earlier server.
 * @returns a function that removes the entry, unless another server has replaced it
 * @throws SandboxError if the entry cannot be written
 */
export async function registerServer(
  folder: string,
  { origin, instance, state }: ServerRegistration,
): Promise<() => Promise<void>> {
  const file = getRegistryPath(folder);
  const entry: RegistryEntry = { pid: process.pid, origin, instance, state };
  await mapWriteErrors(file, async () => {
    await ensureFolder(folder);
    await withLock(file, () => writeFileAtomically(file, `${JSON.stringify(entry)}\n`));
  });
  return () => mapWriteErrors(file, () => removeRegistryEntry(file, instance));
}

/** Returns the registered server if it responds. Removes the entry of a server whose process has ended. */
export async function findRunningServer(folder: string): Promise<RunningServer | undefined> {
  const file = getRegistryPath(folder);
  const entry = await readRegistryEntry(file);
  if (entry === undefined) return undefined;
  if ((await fetchServerInstance(entry.origin)) === entry.instance) {
    return { origin: entry.origin, pid: entry.pid, state: entry.state };
  }
  // Remove the entry only if the process has ended: a slow server may respond the next time. If removing fails, the entry
  // does no harm, because nothing uses an entry whose server does not respond.
  if (!isProcessRunning(entry.pid)) await removeRegistryEntry(file, entry.instance).catch(() => {});
  return undefined;
}

function getRegistryPath(folder: string): string {
  return join(folder, 'serve.json');
}

async function removeRegistryEntry(file: string, instance: string): Promise<void> {
  const isRegistered = async () => (await readRegistryEntry(file))?.instance === instance;
  // Check before taking the lock, too. If the folder was removed, taking the lock would fail.
  if (!(await isRegistered())) return;
  await withLock(file, async () => {
    if (await isRegistered()) await rm(file, { force: true });
  });
}

async function readRegistryEntry(file: string): Promise<RegistryEntry | undefined> {
  try {
    const content: unknown = JSON.parse(await readRegularFile(file, { maxBytes: 64 * 1024, isOwn: true }));
    return isRegistryEntry(content) ? content : undefined;
  } catch {
    // A file that is missing, damaged or of another user counts as no running server. The next server replaces the file.
    return undefined;
  }
}

function isRegistryEntry(value: unknown): value is RegistryEntry {
  if (typeof value !== 'object' || value === null) return false;
  const { pid, origin, instance, state } = value as Partial<Record<keyof RegistryEntry, unknown>>;
  const isPid = typeof pid === 'number' && Number.isSafeInteger(pid) && pid > 0;
  const isPlace = state === null || typeof state === 'string';
  const isNamed = typeof instance === 'string' && instance !== '';
  return isPid && isPlace && isNamed && typeof origin === 'string' && LOOPBACK_ORIGIN.test(origin);
}

/** Accept only an origin on this machine, because the program sends requests to the origin in this file. */
const LOOPBACK_ORIGIN = /^http:\/\/127\.0\.0\.1:\d{1,5}$/;
const REQUEST_TIMEOUT_MS = 500;

/**
 * Fetches the random name of a server. The name proves that the server is the registered one, and not another program on
 * its port.
 */
function fetchServerInstance(origin: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
    const request = get(`${origin}/sandbox`, { agent: false, signal }, (response) => {
      const header = response.headers[INSTANCE_HEADER];
      resolve(typeof header === 'string' ? header : undefined);
      response.destroy();
    });
    request.on('error', () => resolve(undefined));
  });
}
