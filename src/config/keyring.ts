import { ConfigError } from '../core/errors.ts';
import type { Credentials, Env } from './credentials.ts';
import { runSecretCommand } from './secret-command.ts';

/** The name of the keyring service under which upctl stores its token. UpCloud's Terraform provider uses the same name. */
const KEYRING_SERVICE = 'UpCloud';
/** The prefix of a value that upctl's keyring library has encoded. */
const ENCODED_PREFIX = 'go-keyring-base64:';

interface KeyringTool {
  readonly file: string;
  readonly args: readonly string[];
  /** What the user can do if the program in `file` is not installed. */
  readonly install: string;
}

const keyringTools: Readonly<Partial<Record<NodeJS.Platform, KeyringTool>>> = {
  linux: {
    file: 'secret-tool',
    args: ['lookup', 'service', KEYRING_SERVICE, 'username', ''],
    install: 'Install secret-tool (Debian package: libsecret-tools), or sign in with `upc login`.',
  },
  darwin: {
    file: 'security',
    args: ['find-generic-password', '-s', KEYRING_SERVICE, '-a', '', '-w'],
    install: 'Sign in with `upc login`.',
  },
};

/**
 * Reads the token that `upctl account login` stores in the keyring of the system.
 * @param fileProblem why upctl's configuration file cannot be used, as the start of the error message
 * @throws ConfigError if the keyring cannot be read or contains no token
 */
export async function readKeyringCredentials(
  env: Env,
  platform: NodeJS.Platform,
  fileProblem: string,
): Promise<Credentials> {
  const createUnreadableError = (problem: string, hint: string) =>
    new ConfigError(
      `${fileProblem}, and the keyring of the system cannot be used: ${problem}.`,
      hint,
      'KEYRING_UNUSABLE',
    );
  const tool = keyringTools[platform];
  if (!tool) throw createUnreadableError(`upc cannot read it on ${platform}`, 'Sign in with `upc login`.');
  const { secret, isMissing, failure } = await runSecretCommand(tool.file, tool.args, env);
  if (isMissing) throw createUnreadableError(`${tool.file} is not installed`, tool.install);
  const token = decodeKeyringValue(secret.trim());
  if (failure === undefined && token !== '') return { token };
  throw createUnreadableError(
    'it contains no token of upctl, or it is locked',
    'Run `upctl account login` first, or sign in with `upc login`.',
  );
}

function decodeKeyringValue(value: string): string {
  if (!value.startsWith(ENCODED_PREFIX)) return value;
  return Buffer.from(value.slice(ENCODED_PREFIX.length), 'base64').toString('utf8').trim();
}
