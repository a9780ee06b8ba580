import { NotFoundError, UsageError } from '../core/errors.ts';
import type { Server } from './model.ts';
import { serverName } from './server-name.ts';

/** What is needed of a server to find it. */
export type FindableServer = Pick<Server, 'uuid' | 'title' | 'hostname' | 'zone'>;

const PREFIX_MIN = 4;

/**
 * The server that a user means: by UUID, title or hostname exactly, then whatever the case, then by a UUID prefix of at
 * least four characters.
 * @throws UsageError that lists the candidates where several fit, or for no name at all; NotFoundError where none does
 */
export function findServer<S extends FindableServer>(servers: readonly S[], requested: string): S {
  // An unset variable of a script must not find a server without a title.
  if (requested.trim() === '')
    throw new UsageError('The name of a server is empty.', 'Give its title, hostname or UUID.');
  // A title that was typed on macOS may be decomposed.
  const exact = requested.normalize('NFC');
  const lower = exact.toLowerCase();
  const names = ({ title, hostname }: S) => [title, hostname].map((name) => name.normalize('NFC'));
  const ways: ((server: S) => boolean)[] = [
    (server) => server.uuid === requested,
    (server) => names(server).includes(exact),
    (server) => names(server).some((name) => name.toLowerCase() === lower) || server.uuid === lower,
    (server) => requested.length >= PREFIX_MIN && server.uuid.startsWith(lower),
  ];
  for (const fits of ways) {
    const found = servers.filter(fits);
    if (found.length > 1) throw ambiguousError(requested, found);
    if (found[0]) return found[0];
  }
  throw new NotFoundError(`There is no server '${requested}' on this account.`, {
    code: 'SERVER_NOT_FOUND',
    hint: servers.length > 0 ? `Servers: ${listed(servers)}` : 'The account has no servers.',
  });
}

function ambiguousError(requested: string, found: readonly FindableServer[]): UsageError {
  const lines = found.map(({ uuid, title, hostname, zone }) => `  ${uuid}  ${title}  ${hostname}  ${zone}`);
  return new UsageError(
    `'${requested}' fits ${found.length} servers.`,
    ['Give the UUID of one, or its first characters:', ...lines],
    'SERVER_AMBIGUOUS',
  );
}

function listed(servers: readonly FindableServer[]): string {
  const names = servers.slice(0, 8).map(serverName);
  return servers.length > names.length
    ? `${names.join(', ')} and ${servers.length - names.length} more`
    : names.join(', ');
}
