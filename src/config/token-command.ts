import { AuthError } from '../core/errors.ts';
import type { Credentials, Env } from './credentials.ts';
import { runSecretCommand } from './secret-command.ts';

/**
 * Runs the token command of a profile and returns the token that it prints. It is never stored.
 * @param note shows what the command writes to stderr
 * @throws AuthError where it fails or prints nothing; its output is not shown
 */
export async function tokenFromCommand(
  profile: string,
  command: string,
  env: Env,
  note: (line: string) => void,
): Promise<Credentials> {
  const shell = process.platform === 'win32' ? ['cmd.exe', '/d', '/s', '/c'] : ['/bin/sh', '-c'];
  const [file = '', ...args] = shell;
  const { secret, stderr, failure } = await runSecretCommand(file, [...args, command], env);
  for (const line of stderr.split('\n').filter((text) => text.trim() !== '')) note(line);
  if (failure === undefined && secret.trim() !== '') return { token: secret.trim() };
  throw new AuthError(
    `The token command of profile '${profile}' ${failure === undefined ? 'printed nothing' : `failed (${failure})`}.`,
    {
      code: 'TOKEN_COMMAND_FAILED',
      hint: `Run it in a shell to see what is wrong; change it with \`upc profile set --profile ${profile} token-command '<command>'\`.`,
    },
  );
}
