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
import { getErrorCode } from '../core/error-code.ts';
import { ConfigError } from '../core/errors.ts';

export interface PrivateFile {
  /** Undefined if the file does not exist. */
  readonly content: Buffer | undefined;
  /** Warnings about permissions that were fixed, as sentences. */
  readonly notices: readonly string[];
}

/**
 * The flags for opening a file: read only, follow no link, do not wait for the writer of a FIFO (T-20). Windows lacks the last
 * two flags.
 */
const READ_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** The maximum size of a configuration file of this program or of upctl, in bytes. */
export const CONFIG_MAX_BYTES = 1024 * 1024;

export interface PrivateReadOptions {
  /**
   * Whether to leave the permissions unchanged, even if other users have access. Shell completion sets this option, because
   * it cannot show a warning.
   */
  readonly keepsPermissions?: boolean;
}

/**
 * Reads a private file. Removes the permissions of other users from the file, and from its folder if the folder is named
 * `upcloud-ip` (T-10). Creates nothing.
 * @throws ConfigError if the file cannot be read, if the file or its folder is a link or belongs to another user, or if
 *   other users can write to a folder that is not named `upcloud-ip`
 */
export function readPrivateFile(file: string, { keepsPermissions = false }: PrivateReadOptions = {}): PrivateFile {
  const notices: string[] = [];
  try {
    const folder = readStatsIfExists(dirname(file));
    if (!folder) return { content: undefined, notices };
    checkFolderSafety(dirname(file), folder, notices, keepsPermissions);
    const stats = readStatsIfExists(file);
    if (!stats) return { content: undefined, notices };
    if (stats.isSymbolicLink()) throw createUnusableFileError(file, 'is a symbolic link');
    return { content: readOwnFile(file, notices, keepsPermissions), notices };
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw createUnusableFileError(file, `cannot be read (${getErrorCode(error) || 'unknown error'})`);
  }
}

/**
 * Checks the folder before a file is written into it, and fixes its permissions.
 * @returns warnings about permissions that were fixed
 * @throws ConfigError
 */
export function checkPrivateFolder(folder: string): readonly string[] {
  const notices: string[] = [];
  checkFolderSafety(folder, lstatSync(folder), notices);
  return notices;
}

function readStatsIfExists(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch (error) {
    if (getErrorCode(error) === 'ENOENT' || getErrorCode(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

function checkFolderSafety(folder: string, stats: Stats, notices: string[], keepsPermissions = false): void {
  if (stats.isSymbolicLink()) throw createUnusableFileError(folder, 'is a symbolic link');
  if (!stats.isDirectory()) throw createUnusableFileError(folder, 'is not a folder');
  assertOwnedByUser(folder, stats);
  if (!isOpenToOthers(stats)) return;
  if (basename(folder) === 'upcloud-ip') {
    if (keepsPermissions) return;
    chmodSync(folder, 0o700);
    notices.push(`${folder} was open to other users of this machine. Now only you can open it.`);
  } else if ((stats.mode & 0o022) !== 0) {
    // Report the permissions instead of fixing them: UPC_CONFIG_DIR may name a shared folder such as /tmp.
    throw createUnusableFileError(folder, 'can be written by other users');
  }
}

function readOwnFile(file: string, notices: string[], keepsPermissions: boolean): Buffer {
  const handle = openSync(file, READ_FLAGS);
  try {
    const stats = fstatSync(handle);
    if (!stats.isFile()) throw createUnusableFileError(file, 'is not a regular file');
    assertOwnedByUser(file, stats);
    if (stats.size > CONFIG_MAX_BYTES) throw createUnusableFileError(file, 'is too large for a configuration file');
    if (isOpenToOthers(stats) && !keepsPermissions) {
      fchmodSync(handle, 0o600);
      notices.push(
        `${file} was open to other users of this machine. Now only you can open it. If another user may have read it, renew the token or password in it.`,
      );
    }
    return readFileSync(handle);
  } finally {
    closeSync(handle);
  }
}

function assertOwnedByUser(path: string, { uid }: Stats): void {
  const self = process.getuid?.();
  if (self !== undefined && uid !== self) throw createUnusableFileError(path, 'belongs to another user');
}

function isOpenToOthers({ mode }: Stats): boolean {
  // process.getuid is undefined on Windows, where the mode says nothing about the permissions of other users.
  return process.getuid !== undefined && (mode & 0o077) !== 0;
}

function createUnusableFileError(path: string, problem: string): ConfigError {
  return new ConfigError(
    `The configuration cannot be used: ${path} ${problem}.`,
    'Fix this problem, or point UPC_CONFIG_DIR to another folder.',
  );
}
