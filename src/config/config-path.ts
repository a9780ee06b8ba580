import { posix, win32 } from 'node:path';
import { type Env, readEnvironmentVariable } from '../core/environment.ts';
import { ConfigError } from '../core/errors.ts';

/**
 * Returns the path of the configuration file. Its folder is `UPC_CONFIG_DIR`, or else `upcloud-ip` in the user's
 * configuration folder. The path must be absolute, so that the current folder does not decide which credentials are used.
 * @throws ConfigError, with code CONFIG_NO_PLACE if the environment names no folder
 */
export function getConfigPath(env: Env, platform: NodeJS.Platform): string {
  const { isAbsolute, join } = platform === 'win32' ? win32 : posix;
  const chosen = readEnvironmentVariable(env, 'UPC_CONFIG_DIR');
  if (chosen === undefined) return join(getUserConfigFolder(env, platform), 'upcloud-ip', 'config.json');
  if (isAbsolute(chosen)) return join(chosen, 'config.json');
  throw new ConfigError('UPC_CONFIG_DIR is not an absolute path.', 'Set it to the absolute path of a folder.');
}

/**
 * Returns the folder in which programs keep their configuration: `XDG_CONFIG_HOME` or `~/.config`; on Windows `%APPDATA%`.
 * @throws ConfigError
 */
export function getUserConfigFolder(env: Env, platform: NodeJS.Platform): string {
  if (platform === 'win32') return requireAbsolutePath(env, 'APPDATA', win32.isAbsolute);
  // The XDG specification says to ignore a relative path.
  if (env.XDG_CONFIG_HOME && posix.isAbsolute(env.XDG_CONFIG_HOME)) return env.XDG_CONFIG_HOME;
  return posix.join(requireAbsolutePath(env, 'HOME', posix.isAbsolute), '.config');
}

function requireAbsolutePath(env: Env, name: string, isAbsolute: (path: string) => boolean): string {
  const value = env[name];
  if (value && isAbsolute(value)) return value;
  throw new ConfigError(
    `${name} is ${value ? 'not an absolute path' : 'not set'}, so no profile can be read or saved.`,
    `Set ${name}, or set UPC_CONFIG_DIR to a folder for the profiles. With UPCLOUD_TOKEN, upc needs no profile.`,
    'CONFIG_NO_PLACE',
  );
}
