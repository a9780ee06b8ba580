import type { Context } from '../../app/context.ts';
import type { Credentials } from '../../config/credentials.ts';
import { UsageError } from '../../core/errors.ts';
import { withinBounds } from '../../core/within-bounds.ts';
import { ask, canAsk, isStdinTerminal } from '../../prompt/prompt.ts';
import { readInput } from './input.ts';

export interface LoginOptions {
  withToken?: boolean;
  username?: string;
  passwordStdin?: boolean;
  fromUpctl?: boolean;
}

const MAX_SECRET = 64 * 1024;

/** The credentials to sign in with: from stdin, from upctl, or asked for at the terminal. @throws UsageError, ConfigError */
export async function givenCredentials(context: Context, options: LoginOptions): Promise<Credentials> {
  checkTogether(options);
  const { username } = options;
  if (username === '' || username?.includes(':')) {
    throw new UsageError('A user name must not be empty or contain a colon.');
  }
  if (options.fromUpctl) {
    const { readUpctlCredentials } = await import('../../config/upctl.ts');
    return withinBounds(context, "Reading upctl's configuration", () =>
      readUpctlCredentials(context.env, context.deps.platform),
    );
  }
  if (options.withToken) return { token: await secret(context, 'API token', undefined) };
  if (username !== undefined && options.passwordStdin)
    return { username, password: await secret(context, 'Password', username) };
  if (!canAsk(context)) throw nobodyToAsk(username);
  if (username !== undefined) return { username, password: await asked(context, 'Password') };
  return chosenAtTerminal(context);
}

function checkTogether({ withToken, username, passwordStdin, fromUpctl }: LoginOptions): void {
  const ways = [withToken && '--with-token', username !== undefined && '--username', fromUpctl && '--from-upctl'];
  const named = ways.filter((way) => typeof way === 'string');
  if (named.length > 1) throw new UsageError(`${named.join(' and ')} cannot be combined.`, 'Choose one of them.');
  if (passwordStdin && username === undefined) {
    throw new UsageError('--password-stdin needs --username.', 'Add --username <name>; for a token use --with-token.');
  }
}

function nobodyToAsk(username: string | undefined): UsageError {
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

async function chosenAtTerminal(context: Context): Promise<Credentials> {
  const way = await ask(context).select('How do you sign in to UpCloud?', [
    { value: 'token', name: 'With an API token' },
    { value: 'password', name: 'With user name and password' },
  ]);
  if (way === 'token') return { token: await asked(context, 'API token') };
  const username = await ask(context).input('User name', {
    check: (text) => (text !== '' && !text.includes(':')) || 'A user name must not be empty or contain a colon.',
  });
  return { username, password: await asked(context, 'Password') };
}

/** From stdin; where stdin is the terminal, asked for without an echo instead. */
async function secret(context: Context, what: string, username: string | undefined): Promise<string> {
  if (canAsk(context)) return asked(context, what);
  // It would be shown as it is typed.
  if (isStdinTerminal(context)) throw nobodyToAsk(username);
  return checkedSecret((await readSecret(context)).replace(/\r?\n$/, ''), what);
}

async function asked(context: Context, what: string): Promise<string> {
  return checkedSecret(await ask(context).password(what), what);
}

function checkedSecret(text: string, what: string): string {
  if (text === '')
    throw new UsageError(`The ${what.toLowerCase().replace('api', 'API')} is empty.`, 'Nothing was stored.');
  return text;
}

async function readSecret(context: Context): Promise<string> {
  const tooLarge = () => new UsageError('The input on stdin is too long for a token or a password.');
  return (await readInput(context.deps.stdin, context, { most: MAX_SECRET, tooLarge })).toString('utf8');
}
