import { readEnvironmentVariable } from '../core/environment.ts';
import { AuthError, type UpcError, UsageError } from '../core/errors.ts';
import { type WaitLimits, waitWithinBounds } from '../core/within-bounds.ts';
import type { Config } from './config-schema.ts';
import {
  type Credentials,
  createAuthorizationHeader,
  createNotSignedInError,
  type Env,
  readEnvironmentCredentials,
  type SourcedCredentials,
} from './credentials.ts';
import { parseOrigin, productionOrigin } from './origin.ts';
import { chooseProfileName, createProfileNotSignedInError, formatLoginCommand } from './profiles.ts';

/** The account and the API that a command uses. */
export interface Session {
  readonly origin: string;
  readonly authorization: string;
  /** The source of the credentials, without secrets. */
  readonly source: string;
  /** What to do if the credentials are rejected, as part of a sentence. */
  readonly remedy: string;
  /** The name of the profile in use; undefined if the command uses no profile. */
  readonly profile?: string;
  /**
   * Returns the error if the sandbox could not store a change in its files, otherwise undefined. The sandbox's HTTP
   * responses do not contain this error.
   */
  readonly fault?: () => UpcError | undefined;
}

/** The global options that choose an account. */
export interface AccountOptions {
  readonly profile?: string;
  readonly sandbox?: boolean;
  readonly apiUrl?: string;
}

/** The options, environment and configuration that decide which account and API a command uses. */
export interface SessionInputs extends WaitLimits {
  readonly globals: AccountOptions;
  readonly env: Env;
  readonly platform: NodeJS.Platform;
  /** Reads the configuration. @throws ConfigError */
  config(): Config;
  /** Registers work that is done at the end of the command. */
  onClose(work: () => Promise<void>): void;
  /** Shows a line on stderr. */
  note(line: string): void;
}

/**
 * Selects the account: `--sandbox`, `--profile`, the environment or the profile in use, in this order. If the environment has
 * complete credentials, the configuration is not read (T-10).
 * @throws AuthError, ConfigError, UsageError
 */
export async function openSession(source: SessionInputs): Promise<Session> {
  const { globals, env } = source;
  if (globals.sandbox) return createSandboxSession(source);
  const given = readApiOrigin(globals, env);
  const found = globals.profile === undefined ? readEnvironmentCredentials(env) : undefined;
  return found ? createEnvironmentSession(found, given ?? productionOrigin) : createProfileSession(source, given);
}

/**
 * Returns the origin in the command line or the environment, or undefined if none is given.
 * @throws UsageError for an invalid URL; ConfigError for an empty variable
 */
export function readApiOrigin(globals: AccountOptions, env: Env): string | undefined {
  if (globals.apiUrl !== undefined) return parseOrigin(globals.apiUrl, '--api-url');
  const fromEnv = readEnvironmentVariable(env, 'UPCLOUD_DEBUG_API_BASE_URL');
  return fromEnv !== undefined ? parseOrigin(fromEnv, 'UPCLOUD_DEBUG_API_BASE_URL') : undefined;
}

/** Returns whether the command uses a profile, without reading the configuration. @throws ConfigError */
export function usesProfile(globals: AccountOptions, env: Env): boolean {
  if (globals.sandbox) return false;
  return globals.profile !== undefined || readEnvironmentCredentials(env) === undefined;
}

/** Returns the name of the profile that the command uses. @throws UsageError for an invalid name */
export function getChosenProfileName({ globals, env, config }: SessionInputs, from: Config = config()): string {
  return chooseProfileName({ env, profile: globals.profile }, from);
}

function createEnvironmentSession({ credentials, source }: SourcedCredentials, origin: string): Session {
  const remedy = 'token' in credentials ? 'check that variable' : 'check those variables';
  return { origin, authorization: createAuthorizationHeader(credentials, source), source, remedy };
}

async function createProfileSession(source: SessionInputs, given: string | undefined): Promise<Session> {
  const { globals, env } = source;
  const config = source.config();
  const name = getChosenProfileName(source);
  const profile = config.profiles.get(name);
  if (!profile?.credentials && profile?.tokenCommand === undefined) {
    const isNamed = globals.profile !== undefined || env.UPC_PROFILE || config.current !== undefined;
    throw isNamed || profile ? createProfileNotSignedInError(config, name) : createNotSignedInError();
  }
  const origin = parseOrigin(profile.origin, `The API URL of profile '${name}'`);
  if (given !== undefined && given !== origin) throw createOtherOriginError(name, origin, given);
  const credentials = profile.credentials ?? (await readCommandCredentials(source, name, profile.tokenCommand ?? ''));
  return {
    origin,
    authorization: createAuthorizationHeader(
      credentials,
      profile.credentials ? undefined : `token command of profile '${name}'`,
    ),
    source: profile.credentials ? `profile '${name}'` : `token command of profile '${name}'`,
    remedy: profile.credentials
      ? `sign in again with \`${formatLoginCommand(name)}\``
      : 'check what that command prints',
    profile: name,
  };
}

async function readCommandCredentials(source: SessionInputs, name: string, command: string): Promise<Credentials> {
  const { runTokenCommand } = await import('./token-command.ts');
  return waitWithinBounds(source, 'The token command', () => runTokenCommand(name, command, source.env, source.note));
}

function createOtherOriginError(name: string, saved: string, given: string): AuthError {
  return new AuthError(`The credentials of profile '${name}' are for ${saved} and are not sent to ${given}.`, {
    code: 'ORIGIN_MISMATCH',
    hint: 'To use this profile, leave out --api-url and unset UPCLOUD_DEBUG_API_BASE_URL. To use the other API, sign in there with another profile: `upc login --profile <name> --api-url <url>`.',
  });
}

async function createSandboxSession(source: SessionInputs): Promise<Session> {
  if (source.globals.apiUrl !== undefined) {
    throw new UsageError('--sandbox and --api-url cannot be combined.', 'Leave out one of them.');
  }
  return openSandboxSession(source);
}

/**
 * Waits for a request to the sandbox. If the sandbox could not use its files, throws the error about the files instead of the
 * HTTP error.
 */
export async function replaceErrorWithSandboxFault<T>({ fault }: Session, work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    throw fault?.() ?? error;
  });
}

/** Opens the sandbox, for `--sandbox` and `upc sandbox set`. @throws SandboxError, UnreachableError, InterruptedError */
export async function openSandboxSession(source: SessionInputs): Promise<Session> {
  const { openEmbeddedSandbox } = await import('../sandbox/embedded.ts');
  const sandbox = await waitWithinBounds(source, 'Opening the sandbox', () =>
    openEmbeddedSandbox(source.env, source.platform),
  );
  source.onClose(() => sandbox.close());
  return {
    origin: sandbox.origin,
    authorization: createAuthorizationHeader({ token: 'ucat_sandbox' }),
    source: 'sandbox',
    remedy: 'run `upc sandbox reset`',
    fault: sandbox.fault,
  };
}
