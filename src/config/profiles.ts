import { readEnvironmentVariable } from '../core/environment.ts';
import { AuthError, NotFoundError, UsageError } from '../core/errors.ts';
import { type Config, isProfileName, type Profile } from './config-schema.ts';
import type { Credentials, Env } from './credentials.ts';
import { productionOrigin } from './origin.ts';
import type { ConfigDraft } from './store.ts';

const defaultProfileName = 'default';

/** The inputs that select the profile, apart from the configuration itself. */
export interface ProfileChoice {
  readonly env: Env;
  /** The value of `--profile`; undefined if the option is not given. */
  readonly profile: string | undefined;
}

/** Returns the name of the profile: `--profile`, `UPC_PROFILE` or the profile in use. @throws UsageError for an invalid name */
export function chooseProfileName({ env, profile }: ProfileChoice, config: Config): string {
  if (profile !== undefined) return requireValidProfileName(profile);
  const fromEnv = readEnvironmentVariable(env, 'UPC_PROFILE');
  return fromEnv === undefined ? (config.current ?? defaultProfileName) : requireValidProfileName(fromEnv);
}

function requireValidProfileName(name: string): string {
  if (isProfileName(name)) return name;
  throw new UsageError(
    `'${name}' is not a valid profile name.`,
    'A name has up to 64 letters, digits, hyphens and underscores, and begins with a letter or a digit.',
  );
}

/** Returns a sentence with the names of all profiles, so that the user notices a mistyped name. */
function formatProfileNames(config: Config): string {
  return config.profiles.size === 0
    ? 'There are no profiles yet.'
    : `Profiles: ${[...config.profiles.keys()].join(', ')}.`;
}

/** Returns a profile by its name. @throws NotFoundError; UsageError for an invalid name */
export function getProfile(config: Config, name: string): Profile {
  const profile = config.profiles.get(requireValidProfileName(name));
  if (profile) return profile;
  throw new NotFoundError(`There is no profile '${name}'.`, {
    code: 'PROFILE_NOT_FOUND',
    hint: `${formatProfileNames(config)} \`${formatLoginCommand(name)}\` creates it.`,
  });
}

/** Returns the error for a profile that is missing or signed out. */
export function createProfileNotSignedInError(config: Config, name: string): AuthError {
  const exists = config.profiles.has(name);
  const hasOthers = config.current === name && config.profiles.size > (exists ? 1 : 0);
  return new AuthError(exists ? `Profile '${name}' is signed out.` : `There is no profile '${name}'.`, {
    hint: `${exists ? '' : `${formatProfileNames(config)} `}Sign in with \`${formatLoginCommand(name)}\`${hasOthers ? ', or use another profile: `upc profile use <name>`' : ''}.`,
  });
}

/** Returns the command that signs in to a profile. */
export function formatLoginCommand(name: string): string {
  return name === defaultProfileName ? 'upc login' : `upc login --profile ${name}`;
}

/** Saves an account in a profile and selects the profile. Keeps the settings of the profile, but deletes its token command. */
export function saveProfileAccount(
  draft: ConfigDraft,
  name: string,
  account: { readonly origin: string; readonly user: string; readonly credentials: Credentials },
): void {
  const { token_command: _replaced, ...before } = (draft.get(`profiles.${name}`) ?? {}) as { token_command?: string };
  draft.set({ [`profiles.${name}`]: { ...before, ...account }, current: name });
}

/**
 * Saves the command that prints the token of a profile. Creates the profile if it is missing, and deletes its credentials.
 */
export function saveTokenCommand(draft: ConfigDraft, name: string, command: string): void {
  const { credentials: _removed, ...before } = (draft.get(`profiles.${name}`) ?? {}) as { credentials?: unknown };
  draft.set(`profiles.${name}`, { origin: productionOrigin, user: '', ...before, token_command: command });
  if (draft.get('current') === undefined) draft.set('current', name);
}

/** Deletes the credentials of a profile, and the profile itself if it has no settings. */
export function deleteCredentials(draft: ConfigDraft, name: string): void {
  const { zone, output } = (draft.get(`profiles.${name}`) ?? {}) as Partial<Profile>;
  if (zone === undefined && output === undefined) deleteProfile(draft, name);
  else {
    draft.delete(`profiles.${name}.credentials`);
    draft.delete(`profiles.${name}.token_command`);
  }
}

/**
 * Deletes a profile. If the profile is in use and others exist, its name stays selected. The next command then fails instead
 * of silently using another account.
 */
export function deleteProfile(draft: ConfigDraft, name: string): void {
  draft.delete(`profiles.${name}`);
  const left = Object.keys((draft.get('profiles') as object | undefined) ?? {});
  if (draft.get('current') === name && left.length === 0) draft.delete('current');
}
