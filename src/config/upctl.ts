import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, YAMLError } from 'yaml';
import { ConfigError } from '../errors.ts';
import { codeOf } from '../files/error-code.ts';
import type { Credentials, Env } from './credentials.ts';
import { userFolder } from './place.ts';

/**
 * The credentials that UpCloud's own upctl is configured with: `upctl.yaml` where programs keep their configuration.
 * A token wins over user name and password, as there.
 * @throws ConfigError where there are none; nothing of the file is quoted
 */
export function upctlCredentials(env: Env, platform: NodeJS.Platform): Credentials {
  const file = join(userFolder(env, platform), 'upctl.yaml');
  const { token, username, password } = readYaml(file);
  if (typeof token === 'string' && token !== '') return { token };
  if (typeof username === 'string' && typeof password === 'string' && username !== '' && password !== '') {
    return { username, password };
  }
  throw new ConfigError(
    `${file} has no token, and no username with a password.`,
    'upctl may keep them in the keyring of the system: sign in with `upc login`.',
  );
}

function readYaml(file: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const why = codeOf(error) === 'ENOENT' ? 'does not exist' : `cannot be read (${codeOf(error) || 'unknown error'})`;
    throw new ConfigError(`upctl's configuration ${file} ${why}.`, 'Sign in with `upc login`.');
  }
  try {
    const value: unknown = parse(text, { logLevel: 'silent' });
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch (error) {
    if (!(error instanceof YAMLError)) throw error;
    throw new ConfigError(`upctl's configuration ${file} is no valid YAML.`, 'Sign in with `upc login`.');
  }
}
