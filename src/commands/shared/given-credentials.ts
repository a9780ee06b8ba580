import type { Context } from '../../app/context.ts';
import type { Credentials } from '../../config/credentials.ts';
import { UsageError } from '../../core/errors.ts';
import { waitWithinBounds } from '../../core/within-bounds.ts';
import { canAskQuestions, createPrompter, isStdinTerminal } from '../../prompt/prompt.ts';
import { readStandardInput } from './read-input.ts';

export interface LoginOptions {
  withToken?: boolean;
  username?: string;
  passwordStdin?: boolean;
  fromUpctl?: boolean;
}

const MAX_SECRET_BYTES = 64 * 1024;

/** Returns the credentials to sign in with: from stdin, from upctl, or from a question. @throws UsageError, ConfigError */
export async function readGivenCredentials(context: Context, options: LoginOptions): Promise<Credentials> {
  assertOptionsCombinable(options);
  const { username } = options;
  if (username === '' || username?.includes(':')) {
    throw new UsageError('A username must not be empty or contain a colon.');
  }
  if (options.fromUpctl) {
    const { readUpctlCredentials } = await import('../../config/upctl.ts');
    return waitWithinBounds(context, "Reading upctl's configuration", () =>
      readUpctlCredentials(context.env, context.deps.platform),
    );
  }
  if (options.withToken) return { token: await readOrPromptSecret(context, 'API token', undefined) };
  if (username !== undefined && options.passwordStdin)
    return { username, password: await readOrPromptSecret(context, 'Password', username) };
  if (!canAskQuestions(context)) throw createNoTerminalError(username);
  if (username !== undefined) return { username, password: await promptSecret(context, 'Password') };
  return promptCredentials(context);
}

function assertOptionsCombinable({ withToken, username, passwordStdin, fromUpctl }: LoginOptions): void {
  const ways = [withToken && '--with-token', username !== undefined && '--username', fromUpctl && '--from-upctl'];
  const given = ways.filter((way) => typeof way === 'string');
  if (given.length > 1) throw new UsageError(`${given.join(' and ')} cannot be combined.`, 'Choose one of them.');
  if (passwordStdin && username === undefined) {
    throw new UsageError(
      '--password-stdin needs --username.',
      'Add --username <name>. To pipe in a token, use --with-token instead of --password-stdin.',
    );
  }
}

function createNoTerminalError(username: string | undefined): UsageError {
  return username === undefined
    ? new UsageError(
        'Cannot ask for the credentials: there is no terminal.',
        'Pipe a token into `upc login --with-token`, or set UPCLOUD_TOKEN instead of signing in.',
      )
    : new UsageError(
        'Cannot ask for the password: there is no terminal.',
        'Pipe the password in and add --password-stdin.',
      );
}

async function promptCredentials(context: Context): Promise<Credentials> {
  const way = await createPrompter(context).select('How do you sign in to UpCloud?', [
    { value: 'token', name: 'With an API token' },
    { value: 'password', name: 'With username and password' },
  ]);
  if (way === 'token') return { token: await promptSecret(context, 'API token') };
  const username = await createPrompter(context).input('Username', {
    check: (text) => (text !== '' && !text.includes(':')) || 'A username must not be empty or contain a colon.',
  });
  return { username, password: await promptSecret(context, 'Password') };
}

/** Reads a secret from stdin; if stdin is a terminal, asks for it without an echo. */
async function readOrPromptSecret(context: Context, what: string, username: string | undefined): Promise<string> {
  if (canAskQuestions(context)) return promptSecret(context, what);
  // No prompt is possible. Without a prompt, a terminal would show the secret while the user types.
  if (isStdinTerminal(context)) throw createNoTerminalError(username);
  return requireNonEmptySecret((await readSecretFromStdin(context)).replace(/\r?\n$/, ''), what);
}

async function promptSecret(context: Context, what: string): Promise<string> {
  return requireNonEmptySecret(await createPrompter(context).password(what), what);
}

function requireNonEmptySecret(text: string, what: string): string {
  if (text === '')
    throw new UsageError(`The ${what.toLowerCase().replace('api', 'API')} is empty.`, 'Nothing was stored.');
  return text;
}

async function readSecretFromStdin(context: Context): Promise<string> {
  const createTooLargeError = () => new UsageError('The input on stdin is too long for a token or a password.');
  const text = (
    await readStandardInput(context.deps.stdin, context, { maxBytes: MAX_SECRET_BYTES, createTooLargeError })
  ).toString('utf8');
  // PowerShell may pipe a byte order mark first, depending on its settings.
  return text.replace(/^\ufeff/, '');
}
