import { readVariable } from '../core/environment.ts';
import { AuthError, NotFoundError, UsageError } from '../core/errors.ts';
import { type Config, isProfileName, type Profile } from './config-schema.ts';
import type { Credentials, Env } from './credentials.ts';
import { productionOrigin } from './origin.ts';
import type { Draft } from './store.ts';

const defaultProfile = 'default';

/** What picks the profile, apart from the configuration itself. */
export interface ProfileChoice {
  readonly env: Env;
  /** `--profile`. */
  readonly profile: string | undefined;
}

/** The profile a command works with: `--profile`, `UPC_PROFILE`, the one in use. @throws UsageError for an impossible name */
export function profileName({ env, profile }: ProfileChoice, config: Config): string {
  if (profile !== undefined) return checkProfileName(profile);
  const fromEnv = readVariable(env, 'UPC_PROFILE');
  return fromEnv === undefined ? (config.current ?? defaultProfile) : checkProfileName(fromEnv);
}

function checkProfileName(name: string): string {
  if (isProfileName(name)) return name;
  throw new UsageError(
    `'${name}' cannot be the name of a profile.`,
    'A name has up to 64 letters, digits, hyphens and underscores, and begins with a letter or a digit.',
  );
}

/** Shown after the name of a profile, so that a wrong one is noticed. */
function knownProfiles(config: Config): string {
  return config.profiles.size === 0 ? 'There are none yet.' : `There are: ${[...config.profiles.keys()].join(', ')}.`;
}

/** @throws NotFoundError */
export function getProfile(config: Config, name: string): Profile {
  const profile = config.profiles.get(checkProfileName(name));
  if (profile) return profile;
  throw new NotFoundError(`There is no profile '${name}'.`, {
    code: 'PROFILE_NOT_FOUND',
    hint: `${knownProfiles(config)} \`${loginCommand(name)}\` makes it.`,
  });
}

export function profileNotSignedInError(config: Config, name: string): AuthError {
  const there = config.profiles.has(name);
  const others = config.current === name && config.profiles.size > (there ? 1 : 0);
  return new AuthError(there ? `Profile '${name}' is signed out.` : `There is no profile '${name}'.`, {
    hint: `${there ? '' : `${knownProfiles(config)} `}Sign in with \`${loginCommand(name)}\`${others ? ', or work with another one: `upc profile use <name>`' : ''}.`,
  });
}

export function loginCommand(name: string): string {
  return name === defaultProfile ? 'upc login' : `upc login --profile ${name}`;
}

/** Puts an account into the configuration and into use; the settings of a profile that is there stay. */
export function saveAccount(
  draft: Draft,
  name: string,
  account: { readonly origin: string; readonly user: string; readonly credentials: Credentials },
): void {
  const { token_command: _replaced, ...before } = (draft.get(`profiles.${name}`) ?? {}) as { token_command?: string };
  draft.set({ [`profiles.${name}`]: { ...before, ...account }, current: name });
}

/** Lets a command print the token of a profile, which is made where there is none; stored credentials are removed. */
export function putTokenCommand(draft: Draft, name: string, command: string): void {
  const { credentials: _removed, ...before } = (draft.get(`profiles.${name}`) ?? {}) as { credentials?: unknown };
  draft.set(`profiles.${name}`, { origin: productionOrigin, user: '', ...before, token_command: command });
  if (draft.get('current') === undefined) draft.set('current', name);
}

/** Takes the credentials out; a profile without settings goes altogether. */
export function deleteCredentials(draft: Draft, name: string): void {
  const { zone, output } = (draft.get(`profiles.${name}`) ?? {}) as Partial<Profile>;
  if (zone === undefined && output === undefined) deleteProfile(draft, name);
  else {
    draft.delete(`profiles.${name}.credentials`);
    draft.delete(`profiles.${name}.token_command`);
  }
}

/** While others are left it stays the one in use: nobody who leaves an account goes on with another one unawares. */
export function deleteProfile(draft: Draft, name: string): void {
  draft.delete(`profiles.${name}`);
  const left = Object.keys((draft.get('profiles') as object | undefined) ?? {});
  if (draft.get('current') === name && left.length === 0) draft.delete('current');
}
