import type { ClientRequest } from 'node:http';
import { DialError } from '../core/dial.ts';
import { mergeSignals } from '../core/merge-signals.ts';
import { got, type OptionsInit, type Request, RequestError, TimeoutError } from '../libraries/got.ts';
import type { HttpAgents } from './agents.ts';
import type { FailureKind } from './retry.ts';
import { ProxyError } from './tunnel.ts';
import type { WireFailure, WireRequest, WireResult } from './wire.ts';

const BODY_MAX_BYTES = 64 * 1024 * 1024;
const IDLE_TIMEOUT_MS = 10_000;

function createGotOptions(request: WireRequest, signal: AbortSignal): OptionsInit {
  return {
    method: request.method as 'GET',
    headers: { 'user-agent': `upcloud-ip/${UPC_VERSION}`, accept: 'application/json', ...request.headers },
    // Give a DELETE an empty body: without a body, got would wait for the caller to write one.
    ...(request.method === 'GET' ? {} : { body: request.body ?? '' }),
    signal,
    // Turn off the retries of got, because retry.ts and transport.ts decide about retries. got would repeat even a DELETE,
    // and would obey any Retry-After.
    retry: { limit: 0 },
    followRedirect: false,
    throwHttpErrors: false,
    // Limit only the wait for the response. The agents limit the time until the connection is open.
    timeout: { response: 20_000 },
  };
}

/** Sends a request once through the agents. */
export async function sendOnce(request: WireRequest, agents: HttpAgents, closing: AbortSignal): Promise<WireResult> {
  const { deadline, interrupt } = request;
  const idle = new AbortController();
  const over = mergeSignals([deadline, interrupt, closing, idle.signal]);
  const stream = got.stream(request.url, {
    ...createGotOptions(request, over.signal),
    agent: { http: agents.http, https: agents.https },
    isStream: true,
  }) as Request;
  const sent = createSentDetector(stream);
  try {
    const body = await readBody(stream, idle);
    if (body === undefined) return { kind: 'overflow', status: stream.response?.statusCode ?? 0 };
    return createWireResponse(stream, body);
  } catch (error) {
    if (!over.signal.aborted) return createWireFailure(error, sent(), stream.response !== undefined);
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
 * @param idle this function aborts the controller if no data arrives for 10 seconds
 * @throws the stream's error; an error without a code if the stream closes before its end
 */
async function readBody(stream: Request, idle: AbortController): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  let timer: NodeJS.Timeout | undefined;
  try {
    // Use events, because creating an iterator of the stream takes half a millisecond.
    return await new Promise((resolve, reject) => {
      stream.once('response', () => {
        timer = setTimeout(() => idle.abort(), IDLE_TIMEOUT_MS);
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
function createSentDetector(stream: Request): () => boolean {
  let sent = false;
  stream.once('request', (request: ClientRequest) => {
    request.once('socket', () => {
      sent = true;
    });
  });
  return () => sent;
}

function createWireResponse(stream: Request, body: Buffer): WireResult {
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

function createWireFailure(error: unknown, sent: boolean, hasResponse: boolean): WireFailure {
  const source = error instanceof RequestError && error.cause ? error.cause : error;
  const code = findErrorCode(source, error);
  const createFailure = (failure: FailureKind): WireFailure => ({ kind: 'failure', failure, sent, code });
  if (error instanceof TimeoutError) return { ...createFailure(sent ? 'timeout' : 'connect'), code: 'ETIMEDOUT' };
  if (hasResponse) return createFailure('truncated');
  if (sent) return createFailure('reset');
  const unsent = createFailure(classifyErrorBeforeSending(code));
  if (source instanceof ProxyError) return { ...unsent, proxy: source.proxy, attempts: source.attempts };
  return source instanceof DialError ? { ...unsent, attempts: source.attempts } : unsent;
}

/** Classifies an error that occurred before anything was sent. */
function classifyErrorBeforeSending(code: string): FailureKind {
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
