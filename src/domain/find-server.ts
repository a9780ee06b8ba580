import type { Server } from '../api/schema.ts';
import { NotFoundError, UsageError } from '../errors.ts';

/** What is needed of a server to find it. */
export type ServerName = Pick<Server, 'uuid' | 'title' | 'hostname' | 'zone'>;

const PREFIX_MIN = 4;

/**
 * The server that a user means: by UUID, title or host name exactly, then whatever the case, then by a UUID prefix of at
 * least four characters.
 * @throws UsageError that lists the candidates where several fit; NotFoundError where none does
 */
export function findServer<S extends ServerName>(servers: readonly S[], wished: string): S {
  const lower = wished.toLowerCase();
  const ways: ((server: S) => boolean)[] = [
    (server) => server.uuid === wished,
    (server) => server.title === wished || server.hostname === wished,
    (server) =>
      server.title.toLowerCase() === lower || server.hostname.toLowerCase() === lower || server.uuid === lower,
    (server) => wished.length >= PREFIX_MIN && server.uuid.startsWith(lower),
  ];
  for (const fits of ways) {
    const found = servers.filter(fits);
    if (found.length > 1) throw ambiguous(wished, found);
    if (found[0]) return found[0];
  }
  throw new NotFoundError(`There is no server '${wished}' on this account.`, {
    code: 'SERVER_NOT_FOUND',
    hint: servers.length > 0 ? `Servers: ${listed(servers)}` : 'The account has no servers.',
  });
}

function ambiguous(wished: string, found: readonly ServerName[]): UsageError {
  const lines = found.map(({ uuid, title, hostname, zone }) => `  ${uuid}  ${title}  ${hostname}  ${zone}`);
  return new UsageError(
    `'${wished}' fits ${found.length} servers.`,
    ['Give the UUID of one, or its first characters:', ...lines],
    'SERVER_AMBIGUOUS',
  );
}

function listed(servers: readonly ServerName[]): string {
  const names = servers.slice(0, 8).map(({ title, hostname, uuid }) => title || hostname || uuid);
  return servers.length > names.length
    ? `${names.join(', ')} and ${servers.length - names.length} more`
    : names.join(', ');
}
