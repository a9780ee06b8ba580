import { createServer } from 'node:http';
import { onTestFinished } from 'vitest';

interface CannedResponse {
  readonly status?: number;
  readonly body?: unknown;
  /** The text of the body, sent unchanged. Without `text`, `body` is sent as JSON. */
  readonly text?: string;
}

/**
 * The responses to each `METHOD path` below `/1.3`, in the order of the requests. The last response is repeated. All
 * other requests get a 404.
 */
export type CannedResponses = Readonly<Record<string, CannedResponse | readonly [CannedResponse, ...CannedResponse[]]>>;

export interface ApiServer {
  /** The environment variables with which the program signs in to this server. */
  readonly env: Readonly<Record<string, string>>;
  /** The requests received so far that change something, as `METHOD path`. */
  readonly changes: readonly string[];
}

/**
 * Starts a server with canned responses. Tests use it for responses that the sandbox never sends, and to simulate
 * changes by other clients.
 */
export async function startApiServer(responses: CannedResponses): Promise<ApiServer> {
  const changes: string[] = [];
  const counts = new Map<string, number>();
  const server = createServer((request, response) => {
    const key = `${request.method} ${(request.url ?? '').replace(/^\/1\.3/, '')}`;
    const count = counts.get(key) ?? 0;
    counts.set(key, count + 1);
    if (request.method !== 'GET') changes.push(key);
    const all = [responses[key] ?? { status: 404, body: {} }].flat();
    const { status = 200, body, text = JSON.stringify(body) } = all[Math.min(count, all.length - 1)] as CannedResponse;
    response.writeHead(status, { 'content-type': 'application/json' }).end(text);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return { env: { UPCLOUD_TOKEN: 'ucat_test', UPCLOUD_DEBUG_API_BASE_URL: `http://127.0.0.1:${port}` }, changes };
}
