import { type Env, readVariable } from '../core/environment.ts';
import { AuthError, ConfigError } from '../core/errors.ts';

export type { Env };

export type Credentials = { readonly token: string } | { readonly username: string; readonly password: string };

/** Credentials with where they came from, in words that may be shown. */
export interface SourcedCredentials {
  readonly credentials: Credentials;
  readonly source: string;
}

/**
 * Returns the credentials of the environment, or undefined where it has none. A token wins over username and password.
 * @throws ConfigError for an empty variable or half a pair: falling through would sign in somebody else
 */
export function readEnvironmentCredentials(env: Env): SourcedCredentials | undefined {
  const token = readVariable(env, 'UPCLOUD_TOKEN');
  if (token !== undefined) return { credentials: { token }, source: 'environment (UPCLOUD_TOKEN)' };
  const username = readVariable(env, 'UPCLOUD_USERNAME');
  const password = readVariable(env, 'UPCLOUD_PASSWORD');
  if (username === undefined && password === undefined) return undefined;
  if (username === undefined || password === undefined) {
    const [there, missing] =
      username !== undefined ? ['UPCLOUD_USERNAME', 'UPCLOUD_PASSWORD'] : ['UPCLOUD_PASSWORD', 'UPCLOUD_USERNAME'];
    throw new ConfigError(
      `${there} is set, but ${missing} is not.`,
      `Set both, or unset ${there}.`,
      'CREDENTIALS_INCOMPLETE',
    );
  }
  return { credentials: { username, password }, source: 'environment (UPCLOUD_USERNAME, UPCLOUD_PASSWORD)' };
}

/**
 * @param source where they come from, for the error
 * @throws AuthError where the credentials have characters that no header can carry
 */
export function authorization(credentials: Credentials, source?: string): string {
  if ('token' in credentials) {
    if (!/^[\x21-\x7e]+$/.test(credentials.token)) {
      const which = source === undefined ? '' : ` of the ${source}`;
      throw new AuthError(`The API token${which} has characters that a token cannot have.`, {
        code: 'CREDENTIALS_INVALID',
        hint: 'Look for a line break or a space that was copied with it.',
      });
    }
    return `Bearer ${credentials.token}`;
  }
  return `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`, 'utf8').toString('base64')}`;
}

/** What of an Authorization header must not be shown, in every form it may come back in (T-9). */
export function secretsOf(header: string): string[] {
  const sent = header.slice(header.indexOf(' ') + 1);
  const pair = header.startsWith('Basic ') ? Buffer.from(sent, 'base64').toString('utf8') : sent;
  const plain = pair.slice(header.startsWith('Basic ') ? pair.indexOf(':') + 1 : 0);
  const form = new URLSearchParams([['', plain]]).toString().slice(1);
  const base64 = Buffer.from(plain, 'utf8').toString('base64').replace(/=+$/, '');
  const base64url = Buffer.from(plain, 'utf8').toString('base64url');
  const escaped = JSON.stringify(plain).slice(1, -1);
  return [sent, plain, encodeURIComponent(plain), encodeURI(plain), form, escaped, base64, base64url];
}

export function notSignedInError(): AuthError {
  return new AuthError('Not signed in.', {
    hint: 'Sign in with `upc login`, set UPCLOUD_TOKEN, or try things out with --sandbox.',
  });
}
