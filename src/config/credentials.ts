import { type Env, readEnvironmentVariable } from '../core/environment.ts';
import { AuthError, ConfigError } from '../core/errors.ts';

export type { Env };

export type Credentials = { readonly token: string } | { readonly username: string; readonly password: string };

/** Credentials, and their source as text without secrets. */
export interface SourcedCredentials {
  readonly credentials: Credentials;
  readonly source: string;
}

/**
 * Returns the credentials in the environment, or undefined if there are none. A token takes precedence over username and
 * password.
 * @throws ConfigError if a variable is empty, or if only the username or only the password is set. Ignoring the mistake
 *   could select the wrong account (T-11)
 */
export function readEnvironmentCredentials(env: Env): SourcedCredentials | undefined {
  const token = readEnvironmentVariable(env, 'UPCLOUD_TOKEN');
  if (token !== undefined) return { credentials: { token }, source: 'environment (UPCLOUD_TOKEN)' };
  const username = readEnvironmentVariable(env, 'UPCLOUD_USERNAME');
  const password = readEnvironmentVariable(env, 'UPCLOUD_PASSWORD');
  if (username === undefined && password === undefined) return undefined;
  if (username === undefined || password === undefined) {
    const [present, missing] =
      username !== undefined ? ['UPCLOUD_USERNAME', 'UPCLOUD_PASSWORD'] : ['UPCLOUD_PASSWORD', 'UPCLOUD_USERNAME'];
    throw new ConfigError(
      `${present} is set, but ${missing} is not.`,
      `Set both, or unset ${present}.`,
      'CREDENTIALS_INCOMPLETE',
    );
  }
  return { credentials: { username, password }, source: 'environment (UPCLOUD_USERNAME, UPCLOUD_PASSWORD)' };
}

/**
 * Returns the value of the `Authorization` header.
 * @param source the source of the credentials, for the error
 * @throws AuthError if the token has characters that a header cannot carry
 */
export function createAuthorizationHeader(credentials: Credentials, source?: string): string {
  if ('token' in credentials) {
    if (!/^[\x21-\x7e]+$/.test(credentials.token)) {
      const which = source === undefined ? '' : ` of the ${source}`;
      throw new AuthError(`The API token${which} has characters that are not allowed in a token.`, {
        code: 'CREDENTIALS_INVALID',
        hint: 'Check for a line break or a space that was copied with the token.',
      });
    }
    return `Bearer ${credentials.token}`;
  }
  return `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`, 'utf8').toString('base64')}`;
}

/**
 * Returns the secrets in an Authorization header, in every encoding in which a server may send them back. The output hides
 * them (T-9).
 */
export function listSecretsInHeader(header: string): string[] {
  const sent = header.slice(header.indexOf(' ') + 1);
  const pair = header.startsWith('Basic ') ? Buffer.from(sent, 'base64').toString('utf8') : sent;
  const plain = pair.slice(header.startsWith('Basic ') ? pair.indexOf(':') + 1 : 0);
  const form = new URLSearchParams([['', plain]]).toString().slice(1);
  const base64 = Buffer.from(plain, 'utf8').toString('base64').replace(/=+$/, '');
  const base64url = Buffer.from(plain, 'utf8').toString('base64url');
  const escaped = JSON.stringify(plain).slice(1, -1);
  return [sent, plain, encodeURIComponent(plain), encodeURI(plain), form, escaped, base64, base64url];
}

/** Returns the error for a command without credentials. */
export function createNotSignedInError(): AuthError {
  return new AuthError('Not signed in.', {
    hint: 'Sign in with `upc login`, set UPCLOUD_TOKEN, or try things out with --sandbox.',
  });
}
