import { posix, win32 } from 'node:path';
import type { Env } from '../core/environment.ts';

/** Thrown if no environment variable determines a folder for the user's data. */
export class NoDataFolderError extends Error {
  /** The reason, as part of a sentence: "HOME is not set". */
  readonly why: string;

  constructor(why: string) {
    super(`${why}, so there is no folder for data.`);
    this.why = why;
  }
}

/**
 * Returns the folder of this program's data, below the system's folder for user data. The path must be absolute: otherwise
 * the program would not find its data after a `cd`.
 * @throws NoDataFolderError if no absolute path is known
 */
export function getUserDataFolder(env: Env, platform: NodeJS.Platform): string {
  if (platform === 'win32') return win32.join(getWindowsDataFolder(env), 'upcloud-ip');
  const { isAbsolute, join } = posix;
  // The XDG specification says to ignore a relative path.
  if (env.XDG_DATA_HOME && isAbsolute(env.XDG_DATA_HOME)) return join(env.XDG_DATA_HOME, 'upcloud-ip');
  const home = requireAbsolutePath(env.HOME, 'HOME', isAbsolute);
  return platform === 'darwin'
    ? join(home, 'Library', 'Application Support', 'upcloud-ip')
    : join(home, '.local', 'share', 'upcloud-ip');
}

function getWindowsDataFolder(env: Env): string {
  if (env.LOCALAPPDATA && win32.isAbsolute(env.LOCALAPPDATA)) return env.LOCALAPPDATA;
  return win32.join(requireAbsolutePath(env.USERPROFILE, 'USERPROFILE', win32.isAbsolute), 'AppData', 'Local');
}

function requireAbsolutePath(value: string | undefined, name: string, isAbsolute: (path: string) => boolean): string {
  if (value && isAbsolute(value)) return value;
  throw new NoDataFolderError(`${name} is ${value ? 'not an absolute path' : 'not set'}`);
}
