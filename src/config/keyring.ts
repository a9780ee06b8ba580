import { ConfigError } from '../core/errors.ts';
import type { Credentials, Env } from './credentials.ts';
import { runSecretCommand } from './secret-command.ts';

/** Under this service, and without a username, upctl keeps its token; Terraform's provider reads it there. */
const SERVICE = 'UpCloud';
/** How upctl's keyring library marks a value that it encoded. */
const ENCODED = 'go-keyring-base64:';

interface Tool {
  readonly file: string;
  readonly args: readonly string[];
  /** What to install where it is missing. */
  readonly install: string;
}

const tools: Readonly<Partial<Record<NodeJS.Platform, Tool>>> = {
  linux: {
    file: 'secret-tool',
    args: ['lookup', 'service', SERVICE, 'username', ''],
    install: 'Install secret-tool (Debian: libsecret-tools), or sign in with `upc login`.',
  },
  darwin: {
    file: 'security',
    args: ['find-generic-password', '-s', SERVICE, '-a', '', '-w'],
    install: 'Sign in with `upc login`.',
  },
};

/**
 * Returns the token that `upctl account login` keeps in the system's keyring.
 * @param file what is wrong with upctl's file, as the beginning of a sentence
 * @throws ConfigError where the keyring cannot be read or holds none; it says what to do
 */
export async function keyringCredentials(env: Env, platform: NodeJS.Platform, file: string): Promise<Credentials> {
  const unreadable = (why: string, hint: string) =>
    new ConfigError(`${file}, and the system's keyring cannot be used: ${why}.`, hint, 'KEYRING_UNUSABLE');
  const tool = tools[platform];
  if (!tool) throw unreadable(`on ${platform} it cannot be read by another program`, 'Sign in with `upc login`.');
  const { secret, isMissing, failure } = await runSecretCommand(tool.file, tool.args, env);
  if (isMissing) throw unreadable(`${tool.file} is not installed`, tool.install);
  const token = decode(secret.trim());
  if (failure === undefined && token !== '') return { token };
  throw unreadable(
    'it holds no token of upctl, or is locked',
    'Run `upctl account login` first, or sign in with `upc login`.',
  );
}

function decode(value: string): string {
  return value.startsWith(ENCODED) ? Buffer.from(value.slice(ENCODED.length), 'base64').toString('utf8').trim() : value;
}
