import { ConfigError } from '../core/errors.ts';
import { findIgnoringCase } from '../core/find-ignoring-case.ts';
import { type Format, formats } from '../output/render.ts';
import type { Credentials } from './credentials.ts';

/** One account, with the user's settings for it. */
export interface Profile {
  /** The only origin that the credentials are sent to (T-11). */
  readonly origin: string;
  /** The username that the API returned at login. */
  readonly user: string;
  /** Undefined if the profile is signed out or has a token command. */
  readonly credentials: Credentials | undefined;
  /** A command that prints the token. A profile with such a command contains no credentials. */
  readonly tokenCommand: string | undefined;
  /** Default zone of new floating IPs. */
  readonly zone: string | undefined;
  /** Default output format. */
  readonly output: Format | undefined;
}

export interface Config {
  readonly current: string | undefined;
  readonly profiles: ReadonlyMap<string, Profile>;
}

/**
 * Returns whether a name is allowed for a profile. The library conf uses the name in key paths such as `profiles.work.zone`.
 * conf would split a name that contains a dot, and rejects `constructor` and `prototype`.
 */
export function isProfileName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(name) && !['constructor', 'prototype'].includes(name);
}

export const emptyConfig: Config = { current: undefined, profiles: new Map() };

/** The error code for a damaged configuration file. `upc login` renames and replaces such a file. */
export const DAMAGED_CONFIG_CODE = 'CONFIG_DAMAGED';

/**
 * Parses the configuration file. The result includes unknown fields, so that a later write keeps them.
 * @throws ConfigError that names the file, but quotes none of its content (T-9)
 */
export function parseConfigJson(file: string, content: Uint8Array): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(content));
  } catch {
    throw createDamagedConfigError(file);
  }
  if (!isRecord(value)) throw createDamagedConfigError(file);
  if (typeof value.version === 'number' && value.version > 1) {
    throw new ConfigError(
      `The configuration ${file} was written by a newer version of upc.`,
      'Update upc, or point UPC_CONFIG_DIR to another folder.',
    );
  }
  decodeConfig(file, value);
  return value;
}

/** Returns the known fields of a parsed file. @throws ConfigError if one of them is damaged */
export function decodeConfig(file: string, { current, profiles = {} }: Record<string, unknown>): Config {
  if (!isRecord(profiles) || (current !== undefined && typeof current !== 'string'))
    throw createDamagedConfigError(file);
  // Reject invalid names: for example, the library conf would split a name that contains a dot.
  if (!Object.keys(profiles).every(isProfileName)) throw createDamagedConfigError(file);
  const decoded = Object.entries(profiles).map(([name, value]) => [name, decodeProfile(file, value)] as const);
  return { current, profiles: new Map(decoded) };
}

function decodeProfile(file: string, value: unknown): Profile {
  if (!isRecord(value)) throw createDamagedConfigError(file);
  const { origin, user, credentials, token_command: tokenCommand, zone, output } = value;
  if (typeof origin !== 'string' || typeof user !== 'string') throw createDamagedConfigError(file);
  return {
    origin,
    user,
    credentials: credentials === undefined ? undefined : decodeCredentials(file, credentials),
    tokenCommand: typeof tokenCommand === 'string' ? tokenCommand : undefined,
    zone: typeof zone === 'string' ? zone : undefined,
    output: typeof output === 'string' ? findIgnoringCase(formats, output) : undefined,
  };
}

function decodeCredentials(file: string, value: unknown): Credentials {
  if (!isRecord(value)) throw createDamagedConfigError(file);
  const { token, username, password } = value;
  if (typeof token === 'string') return { token };
  if (typeof username === 'string' && typeof password === 'string') return { username, password };
  throw createDamagedConfigError(file);
}

function createDamagedConfigError(file: string): ConfigError {
  return new ConfigError(
    `The configuration ${file} is damaged and cannot be read.`,
    'Run `upc login`. It keeps the damaged file under another name and creates a new one.',
    DAMAGED_CONFIG_CODE,
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
