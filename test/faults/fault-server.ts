import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

export const certificatePath = (name: string): string => new URL(`certs/${name}.pem`, import.meta.url).pathname;

/** A request that gets a faulty response, and the responses of the sandbox. */
export interface FaultedRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The response of the sandbox to this request, or a placeholder if the sandbox does not carry out the change. */
  readonly original: OriginalResponse;
  /** The response of the sandbox to a GET of the same path, before this request is carried out. */
  readonly before: OriginalResponse;
}

export interface OriginalResponse {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
}

export type FaultResponder = (faulted: FaultedRequest) => void;

export interface FaultSettings {
  /**
   * The requests that get the fault. `change` means only changes. `after` means the first change and all later
   * requests. A path means all requests for this path.
   */
  readonly on: 'all' | 'change' | 'after' | { readonly path: string };
  /**
   * When the sandbox carries out a change that gets the fault. true: before the fault. false: never. A PendingChange:
   * later.
   */
  readonly applies: boolean | PendingChange;
  readonly respond: FaultResponder;
  /** How many reads of addresses still show the old state after a change. */
  readonly lag?: number;
  /** How many requests get the fault at most. */
  readonly times?: number;
}

/** A change that the server accepts, but carries out later: after some reads, or when {@link FaultServer.finish} is called. */
interface PendingChange {
  /** The number of reads after which the change is carried out. */
  readonly afterReads: number;
}

export interface FaultServer {
  readonly origin: string;
  /** All requests in the order of their arrival: `METHOD path`. */
  readonly wire: readonly string[];
  readonly connections: () => number;
  /** Carries out the changes that the server has accepted but not carried out yet, as a slow API does. */
  finish(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts a server that forwards requests to a sandbox. To the requests that `faulty` selects, it responds with the
 * fault.
 */
export async function startFaultServer(target: string, faulty: FaultSettings, tls?: string): Promise<FaultServer> {
  const { times = Number.POSITIVE_INFINITY } = faulty;
  const wire: string[] = [];
  let [hasChanged, faultCount, reads] = [false, 0, 0];
  const pending: (() => Promise<unknown>)[] = [];
  const old = new Map<string, OriginalResponse>();
  const finish = async () => {
    for (const work of pending.splice(0)) await work();
  };
  const carryOutOrDelayChange = async (request: IncomingMessage, body: string, isFaulted: boolean) => {
    old.set(LIST_PATH, await forwardRequest(target, { ...createGetRequest(request), url: LIST_PATH }, ''));
    const carryOut = () => forwardRequest(target, request, body);
    if (!isFaulted || faulty.applies === true) return carryOut();
    if (faulty.applies !== false) pending.push(carryOut);
    return placeholderResponse;
  };
  const read = async (request: IncomingMessage) => {
    const { url = '' } = request;
    if (hasChanged) reads += 1;
    if (typeof faulty.applies === 'object' && reads > faulty.applies.afterReads) await finish();
    const lags = hasChanged && url.startsWith(LIST_PATH) && reads <= (faulty.lag ?? 0);
    return lags ? (old.get(url) ?? notFoundResponse) : forwardRequest(target, request, '');
  };
  const listener: RequestListener = async (request, response) => {
    wire.push(`${request.method} ${request.url}`);
    const isChange = request.method !== 'GET';
    const body = await readRequestBody(request);
    const isFaulted = isFaultSelected(faulty.on, { isChange, hasChanged, url: request.url }) && ++faultCount <= times;
    // The test may end and close the sandbox during this request, so ignore a failure.
    const before = await forwardRequest(target, createGetRequest(request), '').catch(() => notFoundResponse);
    if (isChange && !hasChanged) old.set(request.url ?? '', before);
    hasChanged ||= isChange;
    const original = await (isChange ? carryOutOrDelayChange(request, body, isFaulted) : read(request)).catch(() => {});
    if (original === undefined) return void response.destroy();
    if (isFaulted) faulty.respond({ request, response, original, before });
    else response.writeHead(original.status, { 'content-type': original.type }).end(original.body);
  };
  return { ...(await listenOnLoopback(listener, tls)), wire, finish };
}

function isFaultSelected(
  on: FaultSettings['on'],
  { isChange, hasChanged, url }: { isChange: boolean; hasChanged: boolean; url: string | undefined },
): boolean {
  if (typeof on === 'object') return url === on.path;
  return on === 'all' || (on === 'change' ? isChange : hasChanged || isChange);
}

const LIST_PATH = '/1.3/ip_address';

const createGetRequest = ({ url, headers }: IncomingMessage): ForwardedRequest => ({ method: 'GET', url, headers });

const json = 'application/json';
const notFoundResponse: OriginalResponse = {
  status: 404,
  type: json,
  body: Buffer.from(JSON.stringify({ error: { error_code: 'IP_ADDRESS_NOT_FOUND', error_message: 'No such.' } })),
};

const placeholderResponse: OriginalResponse = {
  status: 202,
  type: 'application/json',
  body: Buffer.from(
    JSON.stringify({ ip_address: { access: 'public', address: '192.0.2.199', family: 'IPv4', zone: 'x' } }),
  ),
};

/** Starts a server on the loopback interface. @param tls the name of its certificate, for TLS */
export async function listenOnLoopback(
  listener: RequestListener,
  tls?: string,
): Promise<{ origin: string; connections: () => number; close(): Promise<void> }> {
  const server = tls
    ? createTlsServer(
        { cert: readFileSync(certificatePath(tls)), key: readFileSync(certificatePath(`${tls}-key`)) },
        listener,
      )
    : createServer(listener);
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket.on('error', () => {}));
  });
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `${tls ? 'https' : 'http'}://localhost:${port}`.replace('http://localhost', 'http://127.0.0.1'),
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

async function readRequestBody(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  return text;
}

type ForwardedRequest = Pick<IncomingMessage, 'method' | 'url' | 'headers'>;

async function forwardRequest(
  target: string,
  { method = 'GET', url = '/', headers }: ForwardedRequest,
  body: string,
): Promise<OriginalResponse> {
  const { authorization = '' } = headers;
  const sent = { authorization, 'content-type': 'application/json', connection: 'close' };
  const response = await fetch(target + url, { method, headers: sent, ...(body !== '' && { body }) });
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    body: Buffer.from(await response.arrayBuffer()),
  };
}
