import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

export const certificate = (name: string): string => new URL(`certs/${name}.pem`, import.meta.url).pathname;

/** A request that the fault meets, with the answer that the sandbox gave or would have given. */
export interface Struck {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly answer: Answer;
  /** What a GET of the same path showed before. */
  readonly before: Answer;
}

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
}

export type Respond = (struck: Struck) => void;

export interface Faulty {
  /** Which requests are met: all, those that change something, those and all that follow, or those of one path. */
  readonly on: 'all' | 'change' | 'after' | { readonly path: string };
  /** Whether a change that is met is carried out before the fault; or after that many GETs, or when the program has ended. */
  readonly applies: boolean | Later;
  readonly respond: Respond;
  /** How many GETs of addresses after a change show what was there before it. */
  readonly lag?: number;
  /** How many of the requests are met, where not all that `on` names. */
  readonly times?: number;
}

interface Later {
  readonly afterLooks: number;
}

export interface FaultServer {
  readonly origin: string;
  /** The requests as they came in: `METHOD path`. */
  readonly wire: readonly string[];
  readonly connections: () => number;
  /** Carries out what is still to be carried out. */
  finish(): Promise<void>;
  close(): Promise<void>;
}

/** Stands in front of a sandbox, passes everything on, and fails where it is told to. */
export async function faultServer(target: string, faulty: Faulty, tls?: string): Promise<FaultServer> {
  const { times = Number.POSITIVE_INFINITY } = faulty;
  const wire: string[] = [];
  let [changed, met, looks] = [false, 0, 0];
  const pending: (() => Promise<unknown>)[] = [];
  const old = new Map<string, Answer>();
  const finish = async () => {
    for (const work of pending.splice(0)) await work();
  };
  const change = async (request: IncomingMessage, body: string, isMet: boolean) => {
    old.set(LIST, await forward(target, { ...get(request), url: LIST }, ''));
    const carryOut = () => forward(target, request, body);
    if (!isMet || faulty.applies === true) return carryOut();
    if (faulty.applies !== false) pending.push(carryOut);
    return placeholder;
  };
  const look = async (request: IncomingMessage) => {
    const { url = '' } = request;
    if (changed) looks += 1;
    if (typeof faulty.applies === 'object' && looks > faulty.applies.afterLooks) await finish();
    const lags = changed && url.startsWith(LIST) && looks <= (faulty.lag ?? 0);
    return lags ? (old.get(url) ?? missing) : forward(target, request, '');
  };
  const listener: RequestListener = async (request, response) => {
    wire.push(`${request.method} ${request.url}`);
    const changes = request.method !== 'GET';
    const body = await bodyOf(request);
    const isMet = isMeant(faulty.on, { changes, changed, url: request.url }) && ++met <= times;
    // The program may be gone before its answer is there, and with it the sandbox.
    const before = await forward(target, get(request), '').catch(() => missing);
    if (changes && !changed) old.set(request.url ?? '', before);
    changed ||= changes;
    const answer = await (changes ? change(request, body, isMet) : look(request)).catch(() => {});
    if (answer === undefined) return void response.destroy();
    if (isMet) faulty.respond({ request, response, answer, before });
    else response.writeHead(answer.status, { 'content-type': answer.type }).end(answer.body);
  };
  return { ...(await serve(listener, tls)), wire, finish };
}

function isMeant(
  on: Faulty['on'],
  { changes, changed, url }: { changes: boolean; changed: boolean; url: string | undefined },
): boolean {
  if (typeof on === 'object') return url === on.path;
  return on === 'all' || (on === 'change' ? changes : changed || changes);
}

const LIST = '/1.3/ip_address';

const get = ({ url, headers }: IncomingMessage): Forwarded => ({ method: 'GET', url, headers });

const json = 'application/json';
const missing: Answer = {
  status: 404,
  type: json,
  body: Buffer.from(JSON.stringify({ error: { error_code: 'IP_ADDRESS_NOT_FOUND', error_message: 'No such.' } })),
};

const placeholder: Answer = {
  status: 202,
  type: 'application/json',
  body: Buffer.from(
    JSON.stringify({ ip_address: { access: 'public', address: '192.0.2.199', family: 'IPv4', zone: 'x' } }),
  ),
};

/** Any server on the loopback interface, over TLS where a certificate is named. */
export async function serve(
  listener: RequestListener,
  tls?: string,
): Promise<{ origin: string; connections: () => number; close(): Promise<void> }> {
  const server = tls
    ? createTlsServer({ cert: readFileSync(certificate(tls)), key: readFileSync(certificate(`${tls}-key`)) }, listener)
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

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  return text;
}

type Forwarded = Pick<IncomingMessage, 'method' | 'url' | 'headers'>;

async function forward(
  target: string,
  { method = 'GET', url = '/', headers }: Forwarded,
  body: string,
): Promise<Answer> {
  const { authorization = '' } = headers;
  const sent = { authorization, 'content-type': 'application/json', connection: 'close' };
  const answer = await fetch(target + url, { method, headers: sent, ...(body !== '' && { body }) });
  return {
    status: answer.status,
    type: answer.headers.get('content-type') ?? '',
    body: Buffer.from(await answer.arrayBuffer()),
  };
}
