import type { ClientRequest } from 'node:http';
import type { SecureContext } from 'node:tls';
import got, { type OptionsInit, type Request, RequestError, TimeoutError } from 'got';
import { type Attempt, DialError, type Lookup } from '../core/dial.ts';
import { mergeSignals } from '../core/merge-signals.ts';
import { createSharedController } from '../core/shared-controller.ts';
import { type Agents, createAgents } from './agents.ts';
import type { HttpProxy, ProxyLabel } from './proxy.ts';
import type { Failure } from './retry.ts';
import { ProxyError } from './tunnel.ts';

/** One HTTP request, to be attempted once. */
export interface SentRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** When this signal or `interrupt` is aborted, the attempt ends. */
  readonly deadline: AbortSignal;
  readonly interrupt: AbortSignal;
}

export interface WireResponse {
  readonly kind: 'response';
  readonly status: number;
  readonly contentType: string;
  readonly retryAfter: string | undefined;
  readonly requestId: string | undefined;
  readonly body: Buffer;
}

export interface WireFailure {
  readonly kind: 'failure';
  readonly failure: Failure;
  /** False only if no byte of the request can have been sent. */
  readonly sent: boolean;
  /** A system or TLS error code such as ECONNREFUSED, never the message of got, which may contain a URL or headers (T-9). */
  readonly code: string;
  /** The addresses that were tried, if none could be connected to. */
  readonly attempts?: readonly Attempt[];
  /** The proxy, if the proxy failed. */
  readonly proxy?: ProxyLabel;
  /** A hint to show if the certificate is rejected. */
  readonly certificateNote?: string | undefined;
}

/** The response is larger than 64 MiB (T-12). */
export interface WireOverflow {
  readonly kind: 'overflow';
  readonly status: number;
}

export type WireResult = WireResponse | WireFailure | WireOverflow;

export interface Connection {
  sendOnce(request: SentRequest): Promise<WireResult>;
  /** Ends all requests. They are not retried. */
  close(): void;
  readonly closed: AbortSignal;
}

export interface WireOptions {
  /** The proxy for https targets; undefined for a direct connection. */
  readonly proxy?: HttpProxy | undefined;
  /** The trusted certificate authorities; undefined for Node's own. */
  readonly secureContext?: SecureContext | undefined;
  readonly lookup?: Lookup | undefined;
  /** A hint to show if a certificate is rejected. */
  readonly certificateNote?: string | undefined;
}

const BODY_MAX_BYTES = 64 * 1024 * 1024;
const IDLE_MS = 10_000;

/** Creates the connections of one command, which stay open between its requests. */
export function createConnection({ proxy, secureContext, lookup, certificateNote }: WireOptions): Connection {
  const closing = createSharedController();
  const agents = createAgents({ proxy, secureContext, lookup, signal: closing.signal });
  return {
    async sendOnce(request) {
      const result = await sendOnce(request, agents, closing.signal);
      return result.kind === 'failure' ? { ...result, certificateNote } : result;
    },
    closed: closing.signal,
    close() {
      closing.abort('closed');
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

function createGotOptions(request: SentRequest, signal: AbortSignal): OptionsInit {
  return {
    method: request.method as 'GET',
    headers: { 'user-agent': `upcloud-ip/${UPC_VERSION}`, accept: 'application/json', ...request.headers },
    // Without a body, got waits for the caller to write the body of a DELETE.
    ...(request.method === 'GET' ? {} : { body: request.body ?? '' }),
    signal,
    // retry.ts and transport.ts decide about retries: got would repeat a DELETE and obey any Retry-After.
    retry: { limit: 0 },
    followRedirect: false,
    throwHttpErrors: false,
    // The agents limit the time until the connection is open.
    timeout: { response: 20_000 },
  };
}

async function sendOnce(request: SentRequest, agents: Agents, closing: AbortSignal): Promise<WireResult> {
  const { deadline, interrupt } = request;
  const idle = new AbortController();
  const over = mergeSignals([deadline, interrupt, closing, idle.signal]);
  const stream = got.stream(request.url, {
    ...createGotOptions(request, over.signal),
    agent: agents,
    isStream: true,
  }) as Request;
  const sent = watchSent(stream);
  try {
    const body = await readBody(stream, idle);
    if (body === undefined) return { kind: 'overflow', status: stream.response?.statusCode ?? 0 };
    return readResponse(stream, body);
  } catch (error) {
    if (!over.signal.aborted) return toWireFailure(error, sent(), stream.response !== undefined);
    const gaveUp = !deadline.aborted && !idle.signal.aborted;
    const code = gaveUp ? (interrupt.aborted ? 'INTERRUPTED' : 'GIVEN_UP') : 'TIMED_OUT';
    return { kind: 'failure', failure: 'timeout', sent: sent(), code };
  } finally {
    over.release();
    stream.destroy();
  }
}

/**
 * Returns the whole body of the response, or undefined if it is larger than 64 MiB.
 * @param idle aborted if no data arrives for 10 seconds
 * @throws the stream's error; an error without a code if the stream closes before its end
 */
async function readBody(stream: Request, idle: AbortController): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  let timer: NodeJS.Timeout | undefined;
  try {
    // Events are used, because creating an iterator of the stream takes half a millisecond.
    return await new Promise((resolve, reject) => {
      stream.once('response', () => {
        timer = setTimeout(() => idle.abort(), IDLE_MS);
      });
      stream.on('data', (chunk: Buffer) => {
        timer?.refresh();
        size += chunk.length;
        chunks.push(chunk);
        if (size > BODY_MAX_BYTES) resolve(undefined);
      });
      stream.once('end', () => resolve(Buffer.concat(chunks)));
      stream.once('error', reject);
      stream.once('close', () => reject(new Error('closed before its end')));
    });
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Returns a function that reports whether a byte of the request can have been sent. A byte can have been sent as soon as the
 * request has a socket, because the agents hand out only connected sockets.
 */
function watchSent(stream: Request): () => boolean {
  let sent = false;
  stream.once('request', (request: ClientRequest) => {
    request.once('socket', () => {
      sent = true;
    });
  });
  return () => sent;
}

function readResponse(stream: Request, body: Buffer): WireResult {
  const { response } = stream;
  if (response === undefined) return { kind: 'failure', failure: 'reset', sent: true, code: 'NO_RESPONSE' };
  const { headers, statusCode } = response;
  const requestId = headers['x-request-id'] ?? headers['x-correlation-id'];
  return {
    kind: 'response',
    status: statusCode,
    contentType: (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '',
    retryAfter: headers['retry-after'],
    requestId: typeof requestId === 'string' ? requestId : undefined,
    body,
  };
}

function toWireFailure(error: unknown, sent: boolean, hasResponse: boolean): WireFailure {
  const source = error instanceof RequestError && error.cause ? error.cause : error;
  const code = findErrorCode(source, error);
  const result = (failure: Failure): WireFailure => ({ kind: 'failure', failure, sent, code });
  if (error instanceof TimeoutError) return { ...result(sent ? 'timeout' : 'connect'), code: 'ETIMEDOUT' };
  if (hasResponse) return result('truncated');
  if (sent) return result('reset');
  const unsent = result(classifyUnsent(code));
  if (source instanceof ProxyError) return { ...unsent, proxy: source.proxy, attempts: source.attempts };
  return source instanceof DialError ? { ...unsent, attempts: source.attempts } : unsent;
}

/** Classifies an error that occurred before anything was sent. */
function classifyUnsent(code: string): Failure {
  if (code === 'ENOTFOUND' || code === 'EAI_NONAME' || code === 'ENODATA') return 'unknown-host';
  if (code.startsWith('EAI_') || code === 'ETIMEOUT') return 'resolve';
  if (/^PROXY_(5|TIMEOUT)/.test(code)) return 'connect';
  if (/^(E?CONN(REFUSED|ABORTED)|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|EADDRNOTAVAIL)/.test(code)) return 'connect';
  return code === 'ECONNRESET' || code === 'EPIPE' ? 'handshake' : 'tls';
}

function findErrorCode(...candidates: readonly unknown[]): string {
  for (const candidate of candidates) {
    const code = (candidate as { code?: unknown } | undefined)?.code;
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]*$/.test(code)) return code;
  }
  return 'UNKNOWN';
}
