import { existsSync } from 'node:fs';
import { posix, win32 } from 'node:path';
import { getErrorCode } from '../core/error-code.ts';
import { ConfigError } from '../core/errors.ts';
import { readRegularFile, UnusableFileError } from '../files/regular-file.ts';
import { parse, YAMLError } from '../libraries/yaml.ts';
import { getUserConfigFolder } from './config-path.ts';
import type { Credentials, Env } from './credentials.ts';
import { readKeyringCredentials } from './keyring.ts';
import { CONFIG_MAX_BYTES } from './private-file.ts';

/**
 * Reads the credentials of upctl, UpCloud's command-line program, from its file or the keyring of the system. As in upctl, a
 * token takes precedence over a username and a password.
 * @throws ConfigError if there are no credentials; the error quotes none of the file's content (T-9)
 */
export async function readUpctlCredentials(env: Env, platform: NodeJS.Platform): Promise<Credentials> {
  const files = listUpctlFiles(env, platform);
  const file = files.find((one) => existsSync(one)) ?? files[0] ?? '';
  // `upctl account login` writes no file: it keeps the token in the keyring.
  if (!existsSync(file)) return readKeyringCredentials(env, platform, `upctl's configuration ${file} does not exist`);
  const { token, username, password } = await readYamlFile(file);
  if (typeof token === 'string' && token !== '') return { token };
  if (typeof username === 'string' && typeof password === 'string' && username !== '' && password !== '') {
    return { username, password };
  }
  return readKeyringCredentials(env, platform, `${file} contains neither a token nor a username with a password`);
}

/** Returns the paths where upctl reads `upctl.yaml`, the most likely first. */
function listUpctlFiles(env: Env, platform: NodeJS.Platform): string[] {
  const folders = [getUserConfigFolder(env, platform)];
  if (platform === 'win32' && env.LOCALAPPDATA) folders.unshift(env.LOCALAPPDATA);
  if (platform === 'darwin' && env.HOME) folders.push(posix.join(env.HOME, 'Library', 'Application Support'));
  const { join } = platform === 'win32' ? win32 : posix;
  return folders.map((folder) => join(folder, 'upctl.yaml'));
}

async function readYamlFile(file: string): Promise<Record<string, unknown>> {
  let text: string;
  try {
    text = await readRegularFile(file, { maxBytes: CONFIG_MAX_BYTES, isOwn: true });
  } catch (error) {
    const code = getErrorCode(error);
    const failure = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code || 'unknown error'})`;
    const problem = error instanceof UnusableFileError ? error.problem : failure;
    throw new ConfigError(`upctl's configuration ${file} ${problem}.`, 'Sign in with `upc login`.');
  }
  try {
    const value: unknown = parse(text, { logLevel: 'silent' });
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch (error) {
    if (!(error instanceof YAMLError)) throw error;
    throw new ConfigError(`upctl's configuration ${file} is not valid YAML.`, 'Sign in with `upc login`.');
  }
}
