import { NotFoundError, UsageError } from '../core/errors.ts';
import { findMatchesByName } from './find-by-name.ts';
import type { Server } from './model.ts';
import { getServerDisplayName } from './server-name.ts';

/** The fields of a server that findServer() compares. */
export type FindableServer = Pick<Server, 'uuid' | 'title' | 'hostname' | 'zone'>;

/**
 * Finds the server that a user names: by exact UUID, title or hostname, then in any case, then by a UUID prefix of at least
 * four characters.
 * @throws UsageError for an empty name, or with a list if several servers match; NotFoundError if none matches
 */
export function findServer<S extends FindableServer>(servers: readonly S[], requested: string): S {
  // A script may pass an unset variable. An empty name would match a server without a title.
  if (requested.trim() === '') throw new UsageError('The server name is empty.', 'Give its title, hostname or UUID.');
  const found = findMatchesByName(servers, requested, ({ title, hostname }) => [title, hostname]);
  if (found.length > 1) throw createAmbiguousServerError(requested, found);
  if (found[0]) return found[0];
  throw new NotFoundError(`There is no server '${requested}' on this account.`, {
    code: 'SERVER_NOT_FOUND',
    hint: servers.length > 0 ? `Choose one of: ${formatServerNames(servers)}` : 'The account has no servers.',
  });
}

function createAmbiguousServerError(requested: string, found: readonly FindableServer[]): UsageError {
  const lines = found.map(({ uuid, title, hostname, zone }) => `  ${uuid}  ${title}  ${hostname}  ${zone}`);
  return new UsageError(
    `'${requested}' matches ${found.length} servers.`,
    ['Give the UUID of one of them, or its first characters:', ...lines],
    'SERVER_AMBIGUOUS',
  );
}

function formatServerNames(servers: readonly FindableServer[]): string {
  const names = servers.slice(0, 8).map(getServerDisplayName);
  return servers.length > names.length
    ? `${names.join(', ')} and ${servers.length - names.length} more`
    : names.join(', ');
}
