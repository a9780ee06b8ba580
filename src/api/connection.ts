import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import got, { type OptionsInit, type Request, RequestError, TimeoutError } from 'got';
import type { Failure } from './retry.ts';

/** One request on the wire, or the attempt at it. */
export interface SentRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** Each ends the attempt at once: the deadline, or an interrupt. */
  readonly signals: readonly AbortSignal[];
}

export interface WireResponse {
  readonly kind: 'answer';
  readonly status: number;
  readonly contentType: string;
  readonly retryAfter: string | undefined;
  readonly requestId: string | undefined;
  readonly body: Buffer;
}

export interface WireFailure {
  readonly kind: 'failure';
  readonly failure: Failure;
  /** False only where not a byte of the request can have left. */
  readonly sent: boolean;
  /** A system or TLS error code such as ECONNREFUSED: never got's own message, which may carry a URL or headers. */
  readonly code: string;
}

/** More than the cap came (T-12). */
export interface WireOverflow {
  readonly kind: 'overflow';
  readonly status: number;
}

export type WireResult = WireResponse | WireFailure | WireOverflow;

export interface Connection {
  sendOnce(request: SentRequest): Promise<WireResult>;
  /** Ends what is still under way; nothing is to be tried again. */
  close(): void;
  readonly closed: AbortSignal;
}

export interface WireOptions {
  /** URL of the proxy for https targets; undefined for a direct connection. */
  readonly proxy?: string | undefined;
  /** PEM texts that are trusted instead of Node's own store. */
  readonly ca?: readonly string[] | undefined;
}

const BODY_CAP = 64 * 1024 * 1024;
const IDLE_MS = 10_000;

/** Connections of one command, kept open between its requests. */
export async function createConnection(options: WireOptions): Promise<Connection> {
  const settings = { keepAlive: true, maxSockets: 16 };
  const plain = new http.Agent(settings);
  const secure = options.proxy ? await proxyAgent(options.proxy, options.ca) : new https.Agent(settings);
  const closing = new AbortController();
  const agent = { http: plain, https: secure };
  return {
    sendOnce: (request) => sendOnce({ ...request, signals: [...request.signals, closing.signal] }, agent, options.ca),
    closed: closing.signal,
    close() {
      closing.abort('closed');
      plain.destroy();
      secure.destroy();
    },
  };
}

async function proxyAgent(proxy: string, ca: readonly string[] | undefined): Promise<https.Agent> {
  const { HttpsProxyAgent } = await import('hpagent');
  return new HttpsProxyAgent({ keepAlive: true, maxSockets: 16, proxy, timeout: 5_000, ...(ca && { ca: [...ca] }) });
}

function gotOptions(request: SentRequest, ca: readonly string[] | undefined, signal: AbortSignal): OptionsInit {
  return {
    method: request.method as 'GET',
    headers: { 'user-agent': `upcloud-ip/${UPC_VERSION}`, accept: 'application/json', ...request.headers },
    // Without a body got would wait for somebody to write that of a DELETE.
    ...(request.method === 'GET' ? {} : { body: request.body ?? '' }),
    signal,
    // The policy is ours (retry.ts, transport.ts): got's own would repeat a DELETE and obey any Retry-After.
    retry: { limit: 0 },
    followRedirect: false,
    throwHttpErrors: false,
    timeout: { lookup: 5_000, connect: 5_000, secureConnect: 5_000, response: 20_000 },
    ...(ca && { https: { certificateAuthority: [...ca] } }),
  };
}

async function sendOnce(
  request: SentRequest,
  agent: { http: http.Agent; https: https.Agent },
  ca: readonly string[] | undefined,
): Promise<WireResult> {
  const idle = new AbortController();
  const over = AbortSignal.any([...request.signals, idle.signal]);
  const stream = got.stream(request.url, {
    ...gotOptions(request, ca, over),
    agent,
    isStream: true,
  }) as Request;
  const sent = watchSent(stream, request.url.startsWith('https:'));
  try {
    const body = await bodyOf(stream, idle);
    if (body === undefined) return { kind: 'overflow', status: stream.response?.statusCode ?? 0 };
    return answerOf(stream, body);
  } catch (error) {
    return failureOf(error, sent(), stream.response !== undefined, over.aborted);
  } finally {
    stream.destroy();
  }
}

/**
 * Everything that comes after the head of the answer; undefined where it is more than the cap.
 * @param idle aborted when nothing comes for too long
 * @throws the stream's error; an error without a code where it closes before its end
 */
async function bodyOf(stream: Request, idle: AbortController): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  let timer: NodeJS.Timeout | undefined;
  try {
    // Events: an iterator of the stream takes half a millisecond to make.
    return await new Promise((resolve, reject) => {
      stream.once('response', () => {
        timer = setTimeout(() => idle.abort(), IDLE_MS);
      });
      stream.on('data', (chunk: Buffer) => {
        timer?.refresh();
        size += chunk.length;
        chunks.push(chunk);
        if (size > BODY_CAP) resolve(undefined);
      });
      stream.once('end', () => resolve(Buffer.concat(chunks)));
      stream.once('error', reject);
      stream.once('close', () => reject(new Error('closed before its end')));
    });
  } finally {
    clearTimeout(timer);
  }
}

/** Tells whether a byte of the request can have left: the connection, and over https its handshake, must have stood. */
function watchSent(stream: Request, secure: boolean): () => boolean {
  let sent = false;
  stream.once('request', (clientRequest: http.ClientRequest) => {
    clientRequest.once('socket', (socket: Socket | TLSSocket) => {
      if (clientRequest.reusedSocket) sent = true;
      else {
        const ready = () => {
          sent = true;
        };
        if (secure) socket.once('secureConnect', ready);
        else if (socket.connecting) socket.once('connect', ready);
        else ready();
      }
    });
  });
  return () => sent;
}

function answerOf(stream: Request, body: Buffer): WireResult {
  const { response } = stream;
  if (response === undefined) return { kind: 'failure', failure: 'reset', sent: true, code: 'NO_RESPONSE' };
  const { headers, statusCode } = response;
  const requestId = headers['x-request-id'] ?? headers['x-correlation-id'];
  return {
    kind: 'answer',
    status: statusCode,
    contentType: (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '',
    retryAfter: headers['retry-after'],
    requestId: typeof requestId === 'string' ? requestId : undefined,
    body,
  };
}

function failureOf(error: unknown, sent: boolean, answered: boolean, aborted: boolean): WireFailure {
  const code = errorCode(error);
  const result = (failure: Failure): WireFailure => ({ kind: 'failure', failure, sent, code });
  if (aborted) return { kind: 'failure', failure: 'timeout', sent, code: 'TIMED_OUT' };
  if (error instanceof TimeoutError)
    return { kind: 'failure', failure: sent ? 'timeout' : 'refuse', sent, code: 'ETIMEDOUT' };
  if (answered) return result('truncated');
  if (sent) return result('reset');
  if (code === 'ENOTFOUND' || code === 'EAI_NONAME' || code === 'ENODATA') return result('unknown-host');
  if (code.startsWith('EAI_')) return result('resolve');
  if (/^PROXY_(5|TIMEOUT)/.test(code)) return result('refuse');
  if (/^(E?CONN(REFUSED|ABORTED)|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|EADDRNOTAVAIL)/.test(code)) return result('refuse');
  return result(code === 'ECONNRESET' || code === 'EPIPE' ? 'handshake' : 'tls');
}

function errorCode(error: unknown): string {
  const source = error instanceof RequestError && error.cause ? error.cause : error;
  const proxy = /^(?:Bad response: (\d{3})$|Proxy (timeout)$)/.exec((source as Partial<Error>)?.message ?? '');
  if (proxy) return `PROXY_${proxy[1] ?? 'TIMEOUT'}`;
  for (const candidate of [source, error]) {
    const code = (candidate as { code?: unknown } | undefined)?.code;
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]*$/.test(code)) return code;
  }
  return 'UNKNOWN';
}
