import { ConfigError } from './errors.ts';

export type Env = Readonly<Record<string, string | undefined>>;

/**
 * Reads an environment variable that determines the account to use (T-11). A script that fails to fetch a secret often sets
 * the variable to an empty text. In this case, the program must not silently use another account.
 * @throws ConfigError if the variable is set but empty
 */
export function readEnvironmentVariable(env: Env, name: string): string | undefined {
  const value = env[name];
  if (value !== '') return value;
  throw new ConfigError(`${name} is set but empty.`, `Set ${name} to a value, or unset it.`, 'VARIABLE_EMPTY');
}
