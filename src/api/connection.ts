import type { ClientRequest } from 'node:http';
import type { SecureContext } from 'node:tls';
import got, { type OptionsInit, type Request, RequestError, TimeoutError } from 'got';
import { type Attempt, DialError, type Lookup } from '../core/dial.ts';
import { mergeSignals } from '../core/merge-signals.ts';
import { type Agents, createAgents } from './agents.ts';
import type { HttpProxy, ProxyLabel } from './proxy.ts';
import type { Failure } from './retry.ts';
import { ProxyError } from './tunnel.ts';

/** One request on the wire, or the attempt at it. */
export interface SentRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** Each ends the attempt at once. */
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
  /** False only where not a byte of the request can have left. */
  readonly sent: boolean;
  /** A system or TLS error code such as ECONNREFUSED: never got's own message, which may carry a URL or headers. */
  readonly code: string;
  /** The addresses that were tried, where none of them could be connected to. */
  readonly attempts?: readonly Attempt[];
  /** The proxy, where it is what failed. */
  readonly proxy?: ProxyLabel;
  /** What to say where the certificate is rejected. */
  readonly certificateNote?: string | undefined;
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
  /** For https targets; undefined for a direct connection. */
  readonly proxy?: HttpProxy | undefined;
  /** Whom to trust instead of Node's own store. */
  readonly secureContext?: SecureContext | undefined;
  readonly lookup?: Lookup | undefined;
  /** What to say where a certificate is rejected. */
  readonly certificateNote?: string | undefined;
}

const BODY_CAP = 64 * 1024 * 1024;
const IDLE_MS = 10_000;

/** Connections of one command, kept open between its requests. */
export function createConnection({ proxy, secureContext, lookup, certificateNote }: WireOptions): Connection {
  const closing = new AbortController();
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

function gotOptions(request: SentRequest, signal: AbortSignal): OptionsInit {
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
    // The agents limit the time until a connection stands.
    timeout: { response: 20_000 },
  };
}

async function sendOnce(request: SentRequest, agents: Agents, closing: AbortSignal): Promise<WireResult> {
  const { deadline, interrupt } = request;
  const idle = new AbortController();
  const over = mergeSignals([deadline, interrupt, closing, idle.signal]);
  const stream = got.stream(request.url, {
    ...gotOptions(request, over.signal),
    agent: agents,
    isStream: true,
  }) as Request;
  const sent = watchSent(stream);
  try {
    const body = await bodyOf(stream, idle);
    if (body === undefined) return { kind: 'overflow', status: stream.response?.statusCode ?? 0 };
    return readResponse(stream, body);
  } catch (error) {
    if (!over.signal.aborted) return failureOf(error, sent(), stream.response !== undefined);
    const gaveUp = !deadline.aborted && !idle.signal.aborted;
    const code = gaveUp ? (interrupt.aborted ? 'INTERRUPTED' : 'GIVEN_UP') : 'TIMED_OUT';
    return { kind: 'failure', failure: 'timeout', sent: sent(), code };
  } finally {
    over.release();
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

/** Says whether a byte of the request can have left: a request gets its socket when the connection stands. */
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

function failureOf(error: unknown, sent: boolean, answered: boolean): WireFailure {
  const source = error instanceof RequestError && error.cause ? error.cause : error;
  const code = errorCode(source, error);
  const result = (failure: Failure): WireFailure => ({ kind: 'failure', failure, sent, code });
  if (error instanceof TimeoutError) return { ...result(sent ? 'timeout' : 'connect'), code: 'ETIMEDOUT' };
  if (answered) return result('truncated');
  if (sent) return result('reset');
  const unsent = result(unsentFailure(code));
  if (source instanceof ProxyError) return { ...unsent, proxy: source.proxy, attempts: source.attempts };
  return source instanceof DialError ? { ...unsent, attempts: source.attempts } : unsent;
}

/** Sorts what came between before anything was sent. */
function unsentFailure(code: string): Failure {
  if (code === 'ENOTFOUND' || code === 'EAI_NONAME' || code === 'ENODATA') return 'unknown-host';
  if (code.startsWith('EAI_') || code === 'ETIMEOUT') return 'resolve';
  if (/^PROXY_(5|TIMEOUT)/.test(code)) return 'connect';
  if (/^(E?CONN(REFUSED|ABORTED)|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|EADDRNOTAVAIL)/.test(code)) return 'connect';
  return code === 'ECONNRESET' || code === 'EPIPE' ? 'handshake' : 'tls';
}

function errorCode(...candidates: readonly unknown[]): string {
  for (const candidate of candidates) {
    const code = (candidate as { code?: unknown } | undefined)?.code;
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]*$/.test(code)) return code;
  }
  return 'UNKNOWN';
}
