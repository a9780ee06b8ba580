import { posix, win32 } from 'node:path';
import { ConfigError } from '../core/errors.ts';
import type { Env } from './credentials.ts';

/** The code of the error for an environment in which no place for the configuration can be named. */
export const NO_PLACE = 'CONFIG_NO_PLACE';

/**
 * The configuration file: in `UPC_CONFIG_DIR`, else in `upcloud-ip` below `XDG_CONFIG_HOME` or `~/.config`, on Windows
 * below `%APPDATA%`. A place that cannot be named for certain is an error: secrets must not follow the current folder.
 * @throws ConfigError with the code NO_PLACE where the environment names none
 */
export function configFile(env: Env, platform: NodeJS.Platform): string {
  const { isAbsolute, join } = platform === 'win32' ? win32 : posix;
  const chosen = env.UPC_CONFIG_DIR;
  if (!chosen) return join(userFolder(env, platform), 'upcloud-ip', 'config.json');
  if (isAbsolute(chosen)) return join(chosen, 'config.json');
  throw new ConfigError('UPC_CONFIG_DIR is not an absolute path.', 'Give the whole path of a folder.');
}

/** Where programs keep their configuration. @throws ConfigError */
export function userFolder(env: Env, platform: NodeJS.Platform): string {
  if (platform === 'win32') return absolute(env, 'APPDATA', win32.isAbsolute);
  // The XDG specification says to ignore a relative path.
  if (env.XDG_CONFIG_HOME && posix.isAbsolute(env.XDG_CONFIG_HOME)) return env.XDG_CONFIG_HOME;
  return posix.join(absolute(env, 'HOME', posix.isAbsolute), '.config');
}

function absolute(env: Env, name: string, isAbsolute: (path: string) => boolean): string {
  const value = env[name];
  if (value && isAbsolute(value)) return value;
  throw new ConfigError(
    `There is no place for the configuration: ${name} is ${value ? 'not an absolute path' : 'not set'}.`,
    `Set ${name}, or set UPC_CONFIG_DIR to a folder for it.`,
    NO_PLACE,
  );
}
