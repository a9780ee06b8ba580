import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  type Stats,
} from 'node:fs';
import { basename, dirname } from 'node:path';
import { ConfigError } from '../core/errors.ts';
import { codeOf } from '../files/error-code.ts';

export interface PrivateFile {
  /** Undefined where there is no file. */
  readonly content: Buffer | undefined;
  /** What was tightened, for a warning. */
  readonly notices: readonly string[];
}

/** A link is never followed; a pipe that somebody put there must not make the program wait. Windows has no such flags. */
const READ = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const MAX_BYTES = 1024 * 1024;

export interface ReadOptions {
  /** Lax rights are left as they are: for a look whose warnings nobody would see. */
  readonly isReadOnly?: boolean;
}

/**
 * Reads a file that is its owner's alone, in a folder that is, too; either is tightened where it is lax (T-10). Reading
 * creates nothing.
 * @throws ConfigError for a link, another owner's file, or one that cannot be read
 */
export function readPrivate(file: string, { isReadOnly = false }: ReadOptions = {}): PrivateFile {
  const notices: string[] = [];
  try {
    const folder = found(dirname(file));
    if (!folder) return { content: undefined, notices };
    checkFolder(dirname(file), folder, notices, isReadOnly);
    const there = found(file);
    if (!there) return { content: undefined, notices };
    if (there.isSymbolicLink()) throw refused(file, 'is a symbolic link');
    return { content: readOwn(file, notices, isReadOnly), notices };
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw refused(file, `cannot be read (${codeOf(error) || 'unknown error'})`);
  }
}

/** The folder as it must be before anything is written in it. @throws ConfigError */
export function checkPrivateFolder(folder: string): readonly string[] {
  const notices: string[] = [];
  checkFolder(folder, lstatSync(folder), notices);
  return notices;
}

function found(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

function checkFolder(folder: string, stats: Stats, notices: string[], isReadOnly = false): void {
  if (stats.isSymbolicLink()) throw refused(folder, 'is a symbolic link');
  if (!stats.isDirectory()) throw refused(folder, 'is not a folder');
  needsOwner(folder, stats);
  if (!isLax(stats)) return;
  if (basename(folder) === 'upcloud-ip') {
    if (isReadOnly) return;
    chmodSync(folder, 0o700);
    notices.push(`${folder} was open to other users of this machine; it is closed to them now.`);
  } else if ((stats.mode & 0o022) !== 0) {
    // UPC_CONFIG_DIR may name a folder that serves others, too, such as /tmp: its rights are not ours to change.
    throw refused(folder, 'can be written by other users');
  }
}

function readOwn(file: string, notices: string[], isReadOnly: boolean): Buffer {
  const handle = openSync(file, READ);
  try {
    const stats = fstatSync(handle);
    if (!stats.isFile()) throw refused(file, 'is not a regular file');
    needsOwner(file, stats);
    if (stats.size > MAX_BYTES) throw refused(file, 'is too large to be a configuration');
    if (isLax(stats) && !isReadOnly) {
      fchmodSync(handle, 0o600);
      notices.push(
        `${file} could be read by other users of this machine; it no longer can. If one of them may have read it, renew the token or password in it.`,
      );
    }
    return readFileSync(handle);
  } finally {
    closeSync(handle);
  }
}

function needsOwner(path: string, { uid }: Stats): void {
  const self = process.getuid?.();
  if (self !== undefined && uid !== self) throw refused(path, 'belongs to another user');
}

function isLax({ mode }: Stats): boolean {
  // Windows has rights of another kind; what Node makes up there says nothing.
  return process.getuid !== undefined && (mode & 0o077) !== 0;
}

function refused(path: string, why: string): ConfigError {
  return new ConfigError(
    `The configuration is not used: ${path} ${why}.`,
    'Put that right, or point UPC_CONFIG_DIR to another folder.',
  );
}
