import { AuthError } from '../core/errors.ts';
import type { Credentials, Env } from './credentials.ts';
import { runSecretCommand } from './secret-command.ts';

/**
 * Runs the token command of a profile and returns the token that it prints. The token is never stored.
 * @param note shows a line that the command writes to stderr
 * @throws AuthError if the command fails or prints nothing; the error does not quote its output (T-9)
 */
export async function runTokenCommand(
  profile: string,
  command: string,
  env: Env,
  note: (line: string) => void,
): Promise<Credentials> {
  const { secret, stderr, failure } = await runSecretCommand(command, [], env, { usesShell: true });
  for (const line of stderr.split('\n').filter((text) => text.trim() !== '')) note(line);
  if (failure === undefined && secret.trim() !== '') return { token: secret.trim() };
  throw new AuthError(
    `The token command of profile '${profile}' ${failure === undefined ? 'printed nothing' : `failed (${failure})`}.`,
    {
      code: 'TOKEN_COMMAND_FAILED',
      hint: `Run the command in a shell to see the error, or set another command with \`upc profile set --profile ${profile} token-command '<command>'\`.`,
    },
  );
}
