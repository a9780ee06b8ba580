import { ConfigError } from './errors.ts';

export type Env = Readonly<Record<string, string | undefined>>;

/**
 * Reads a variable that chooses the account or the target. A secret that a script could not fetch leaves an empty one: going
 * on without it would work in another account.
 * @throws ConfigError where it is set but empty
 */
export function readVariable(env: Env, name: string): string | undefined {
  const value = env[name];
  if (value !== '') return value;
  throw new ConfigError(`${name} is set but empty.`, `Give ${name} a value, or unset it.`, 'VARIABLE_EMPTY');
}
