import { ConfigError } from './errors.ts';

export type Env = Readonly<Record<string, string | undefined>>;

/**
 * Reads a variable that chooses the account or the target (T-11). If a script cannot fetch a secret, its variable is often empty.
 * An empty variable is an error, because without it the program could use another account.
 * @throws ConfigError if the variable is set but empty
 */
export function readEnvironmentVariable(env: Env, name: string): string | undefined {
  const value = env[name];
  if (value !== '') return value;
  throw new ConfigError(`${name} is set but empty.`, `Set ${name} to a value, or unset it.`, 'VARIABLE_EMPTY');
}
