import type { Server } from './model.ts';

const indexesByList = new WeakMap<readonly Pick<Server, 'uuid'>[], ReadonlyMap<string, unknown>>();

/**
 * Returns the server with the UUID, or undefined. The first call for a list creates an index, so that later calls are fast
 * for a long list, too. The list must not change after the first call.
 */
export function findServerByUuid<S extends Pick<Server, 'uuid'>>(
  servers: readonly S[],
  uuid: string | null,
): S | undefined {
  if (uuid === null) return undefined;
  let index = indexesByList.get(servers) as ReadonlyMap<string, S> | undefined;
  if (index === undefined) {
    index = new Map(servers.map((server) => [server.uuid, server]));
    indexesByList.set(servers, index);
  }
  return index.get(uuid);
}
