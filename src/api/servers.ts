import { UnexpectedResponseError } from '../core/errors.ts';
import type { Server, ServerDetails } from '../domain/model.ts';
import { serverListResponse, serverResponse } from './schema.ts';
import type { Api, ReadOptions } from './transport.ts';

/** `GET /server`: the account's servers, without their interfaces. */
export async function listServers(api: Api): Promise<Server[]> {
  return (await api.read(['server'], serverListResponse)).servers.server;
}

/** `GET /server/{uuid}`: one server with its interfaces. @throws UnexpectedResponseError if the response is another server */
export async function getServer(api: Api, uuid: string, options?: ReadOptions): Promise<ServerDetails> {
  const { server } = await api.read(['server', uuid], serverResponse, options);
  if (server.uuid !== uuid)
    throw new UnexpectedResponseError('Unexpected response from the API: it describes another server.');
  return server;
}
