import { randomUUID } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { getErrorCode } from '../core/error-code.ts';
import { SandboxError } from '../core/errors.ts';
import { writeFileAtomically } from '../files/atomic.ts';
import { ensureFolder } from '../files/folder.ts';
import { withLock } from '../files/lock.ts';
import { openRegularFile, UnusableFileError } from '../files/regular-file.ts';
import { mapWriteErrors } from './map-write-errors.ts';
import type { State, Store } from './state.ts';
import { findStateDamage } from './state-shape.ts';
import { STATE_VERSION, type StoredState, upgradeState } from './upgrade.ts';

/**
 * Creates a store that keeps the state in a file. Several processes can share the file. The promise of a change resolves
 * when the change is on the disk. The first change creates the file; until then, the state comes from `initial`.
 */
export function createDiskStore(file: string, initial: () => State): Store {
  let seeded: State | undefined;
  let cached: CachedState | undefined;
  let prepared: Promise<void> = Promise.resolve();

  async function loadState(): Promise<State> {
    cached = await readStateUsingCache(file, cached);
    if (cached !== undefined) {
      seeded = undefined;
      return cached.state;
    }
    // Keep the result of `initial`, so that all reads before the first change return the same state.
    seeded ??= initial();
    return seeded;
  }

  /**
   * Creates the folder if it is missing. Every change calls this function first. The calls run one after the other, so that
   * the changes keep the order of the requests.
   */
  function ensureStateFolder(): Promise<void> {
    prepared = prepared.catch(() => {}).then(() => mapWriteErrors(file, () => ensureFolder(dirname(file))));
    return prepared;
  }

  async function transact<T extends { readonly state: State }>(change: (state: State) => T): Promise<T> {
    await ensureStateFolder();
    const applyChange = async () => {
      const before = await loadState();
      const outcome = change(before);
      if (outcome.state !== before) await writeFileAtomically(file, encodeState(outcome.state));
      return outcome;
    };
    return mapWriteErrors(file, () => withLock(file, applyChange));
  }

  return { transact, read: loadState };
}

/**
 * Replaces the state in a file, even if the file is damaged.
 * @param lockTimeout how long to wait while another process holds the lock, in milliseconds
 * @throws SandboxError if the file is locked or cannot be written
 */
export async function replaceState(file: string, state: State, lockTimeout?: number): Promise<void> {
  await mapWriteErrors(file, async () => {
    await ensureFolder(dirname(file));
    await withLock(file, () => writeFileAtomically(file, encodeState(state)), lockTimeout);
  });
}

interface CachedState {
  readonly stamp: string;
  readonly head: string;
  readonly state: State;
}

/**
 * Encodes a state, with a new random revision at the start. Readers reload the file if its revision, inode, time or size
 * has changed. Inode, time and size alone can miss a write: file systems reuse inodes, and their times are inexact. The
 * revision alone would miss an edit by hand.
 */
function encodeState(state: State): string {
  return `{"revision":"${randomUUID()}","state":${JSON.stringify(state)}}\n`;
}

const REVISION_PREFIX_LENGTH = '{"revision":"00000000-0000-0000-0000-000000000000"'.length;

/** Returns the state in the file, from the cache if the file is unchanged. Returns undefined if the file does not exist. */
async function readStateUsingCache(file: string, cached: CachedState | undefined): Promise<CachedState | undefined> {
  const handle = await openIfExists(file);
  if (handle === undefined) return undefined;
  try {
    const stamp = formatFileStamp(await handle.stat({ bigint: true }));
    const head = await readFileStart(handle);
    if (cached !== undefined && cached.stamp === stamp && cached.head === head) return cached;
    return { stamp, head, state: decodeState(file, await handle.readFile('utf8')) };
  } catch (error) {
    throw error instanceof SandboxError
      ? error
      : createUnusableStateError(file, `could not be read (${getErrorCode(error)})`);
  } finally {
    await handle.close();
  }
}

/** The maximum size of the file, in bytes. The file of the largest seed is less than half as large. */
const STATE_MAX_BYTES = 256 * 1024 * 1024;

async function openIfExists(file: string): Promise<FileHandle | undefined> {
  try {
    return await openRegularFile(file, { maxBytes: STATE_MAX_BYTES, isOwn: true });
  } catch (error) {
    if (getErrorCode(error) === 'ENOENT') return undefined;
    if (error instanceof UnusableFileError) {
      throw new SandboxError(
        `The sandbox's state ${error.message}`,
        'Remove this file, or set UPC_SANDBOX_DIR to another folder.',
      );
    }
    throw createUnusableStateError(file, `could not be read (${getErrorCode(error)})`);
  }
}

function formatFileStamp({ ino, mtimeNs, size }: BigIntStats): string {
  return `${ino} ${mtimeNs} ${size}`;
}

/**
 * Reads the revision from the start of the file. A read at an explicit position does not move the handle, so a later read
 * gets the whole file.
 */
async function readFileStart(handle: FileHandle): Promise<string> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(REVISION_PREFIX_LENGTH), 0, REVISION_PREFIX_LENGTH, 0);
  return buffer.toString('latin1', 0, bytesRead);
}

function decodeState(file: string, text: string): State {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw createUnusableStateError(file, 'is not readable');
  }
  const state: unknown = isRecord(content) ? content.state : undefined;
  if (!isRecord(state)) throw createUnusableStateError(file, 'is not readable');
  if (typeof state.version === 'number' && state.version > STATE_VERSION) {
    throw createUnusableStateError(file, 'was written by a newer version of this program');
  }
  const damage = findStateDamage(state);
  if (damage !== undefined) throw createUnusableStateError(file, `is damaged at ${damage}`);
  return upgradeState(state as unknown as StoredState);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function createUnusableStateError(file: string, problem: string): SandboxError {
  return new SandboxError(`The sandbox's state ${file} ${problem}.`, 'Run `upc sandbox reset` to create a new one.');
}
