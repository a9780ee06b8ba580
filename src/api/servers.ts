import { UnexpectedResponseError } from '../core/errors.ts';
import type { Server, ServerDetails } from '../domain/model.ts';
import { serverListResponseSchema, serverResponseSchema } from './schema.ts';
import type { Api, ReadOptions } from './transport.ts';

/** Fetches the account's servers, without their interfaces (`GET /server`). */
export async function listServers(api: Api): Promise<Server[]> {
  return (await api.read(['server'], serverListResponseSchema)).servers.server;
}

/**
 * Fetches one server with its interfaces (`GET /server/{uuid}`).
 * @throws UnexpectedResponseError if the response describes another server
 */
export async function getServer(api: Api, uuid: string, options?: ReadOptions): Promise<ServerDetails> {
  const { server } = await api.read(['server', uuid], serverResponseSchema, options);
  if (server.uuid !== uuid)
    throw new UnexpectedResponseError('Unexpected response from the API: it describes another server.');
  return server;
}
