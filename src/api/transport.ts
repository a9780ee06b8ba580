import { AnswerError, InterruptedError, UnreachableError, type UpcError } from '../errors.ts';
import { sanitize } from '../output/sanitize.ts';
import type { Wire, WireAnswer, WireResult } from './attempt.ts';
import type { Clock, Deadline } from './deadline.ts';
import { type ErrorBody, readErrorBody } from './error-body.ts';
import { refusal } from './refusals.ts';
import { type AttemptResult, decide, parseRetryAfter } from './retry.ts';
import { check, type Schema } from './schema.ts';

/** What a command needs to talk to the API; the endpoints are one-liners over it. */
export interface Api {
  /**
   * GETs a path below `/1.3` and checks the body.
   * @throws UpcError for a refusal, AnswerError, UnreachableError
   */
  read<T>(segments: readonly string[], schema: Schema<T>, options?: ReadOptions): Promise<T>;
  /**
   * Sends a request that changes something, once (T-4).
   * @throws LostAnswer when it may have been carried out; UpcError when it certainly was not
   */
  change<T>(request: ChangeRequest, schema: Schema<T>): Promise<T>;
  /** Tells the user that an answer was lost and what looking showed (T-5). */
  readonly tell: (text: string) => void;
  /** Waits that long, or a third of the time left where that is less, and says whether there is time left to go on. */
  pause(ms: number): Promise<boolean>;
}

export interface ReadOptions {
  /** Looks what became of a change: goes on after a first interrupt. */
  readonly settling?: boolean;
}

export interface ChangeRequest {
  readonly method: 'POST' | 'PATCH' | 'DELETE';
  readonly segments: readonly string[];
  readonly body?: unknown;
}

/** What carries the signals of a person who wants it to end (T-7). */
export interface Interrupt {
  /** Aborted on the first signal: nothing new starts. */
  readonly stopping: AbortSignal;
  /** Aborted when what is on the wire must end, too. */
  readonly ending: AbortSignal;
  signal(): 'SIGINT' | 'SIGTERM';
}

export interface TransportOptions {
  readonly wire: () => Promise<Wire>;
  readonly origin: string;
  readonly authorization: string;
  readonly deadline: Deadline;
  readonly clock: Clock;
  readonly interrupt: Interrupt;
  readonly tell: (text: string) => void;
  readonly debug: (line: string) => void;
}

/** The request may have been carried out: only looking can tell. `reason` is the error to show where it was not. */
export class LostAnswer extends Error {
  readonly reason: UpcError;
  /** The service took the connection and may still be at work. */
  readonly mayStillHappen: boolean;

  constructor(reason: UpcError, mayStillHappen: boolean) {
    super(reason.message);
    this.reason = reason;
    this.mayStillHappen = mayStillHappen;
  }
}

/** Of the time left, a change leaves this share for looking what became of it. */
const LOOKING_SHARE = 0.3;
const LOOKING_MAX_MS = 10_000;

export function createTransport(options: TransportOptions): Api {
  const exchange = createExchange(options);
  return {
    tell: options.tell,
    pause: (ms) => pause(ms, options),
    async read(segments, schema, { settling = false } = {}) {
      const result = await exchange({ method: 'GET', path: pathOf(segments), settling });
      return check(schema, readAnswer(result, options));
    },
    async change({ method, segments, body }, schema) {
      const path = pathOf(segments);
      const result = await exchange({ method, path, body: body === undefined ? undefined : JSON.stringify(body) });
      if (result.kind === 'failure' && !result.sent) throw unreachable(result.code, options.deadline);
      if (result.kind === 'answer' && isRefusal(result)) throw toRefusal(result, options.clock.now());
      try {
        return check(schema, method === 'DELETE' ? emptyAnswer(result, options) : readAnswer(result, options));
      } catch (error) {
        throw new LostAnswer(error as UpcError, mayStillHappen(result));
      }
    },
  };
}

const SEGMENT = /^[A-Za-z0-9:_-][A-Za-z0-9.:_-]*$/;

/** The path of an endpoint. Segments were validated where they came in; this is the last gate (T-14). */
export function pathOf(segments: readonly string[]): string {
  const bad = segments.find((segment) => !SEGMENT.test(segment));
  if (bad !== undefined || segments.length === 0) throw new Error(`not a path segment: ${sanitize(String(bad))}`);
  return `/1.3/${segments.join('/')}`;
}

interface ExchangeRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: string | undefined;
  readonly settling?: boolean;
}

async function pause(ms: number, { clock, deadline, interrupt }: TransportOptions): Promise<boolean> {
  await clock.sleep(Math.min(ms, deadline.remaining() / 3), interrupt.ending);
  return deadline.remaining() > 0 && !interrupt.ending.aborted;
}

/** Silence after a request that arrived, or a gateway that gave up waiting: what is behind it may be at work yet. */
function mayStillHappen(result: WireResult): boolean {
  if (result.kind === 'failure') return result.failure === 'timeout';
  return result.kind === 'answer' && (result.status === 408 || result.status === 504);
}

/** Attempts until an answer stands, the policy gives up, or the deadline or an interrupt ends it. */
function createExchange(options: TransportOptions): (request: ExchangeRequest) => Promise<WireResult> {
  const { clock, deadline, interrupt } = options;
  return async (request) => {
    const wire = await options.wire();
    for (let attempt = 1; ; attempt++) {
      if (interrupt.stopping.aborted && !request.settling) throw new InterruptedError(interrupt.signal());
      const started = clock.now();
      const result = await once(wire, request, options);
      options.debug(debugLine(request, options.origin, result, clock.now() - started, attempt));
      const decision = decide({
        method: request.method,
        attempt,
        result: reduce(result),
        remainingMs: deadline.remaining(),
        now: clock.now(),
        random: clock.random(),
      });
      if (!decision.retry || wire.closed.aborted) {
        if (request.method === 'GET' && isAborted(interrupt, request) && result.kind === 'failure') {
          throw new InterruptedError(interrupt.signal());
        }
        return result;
      }
      const halt = request.settling ? interrupt.ending : interrupt.stopping;
      await clock.sleep(decision.waitMs, AbortSignal.any([halt, wire.closed]));
      if (wire.closed.aborted) return result;
    }
  };
}

async function once(wire: Wire, request: ExchangeRequest, options: TransportOptions): Promise<WireResult> {
  const { deadline, interrupt } = options;
  const left = deadline.remaining();
  if (left <= 0) return { kind: 'failure', failure: 'timeout', sent: false, code: 'TIMED_OUT' };
  const reads = request.method === 'GET';
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), reads ? left : left - Math.min(LOOKING_MAX_MS, left * LOOKING_SHARE));
  try {
    return await wire.attempt({
      method: request.method,
      url: `${options.origin}${request.path}`,
      headers: {
        authorization: options.authorization,
        ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: request.body,
      signal: AbortSignal.any([timeout.signal, reads && !request.settling ? interrupt.stopping : interrupt.ending]),
    });
  } finally {
    clearTimeout(timer);
  }
}

function isAborted(interrupt: Interrupt, request: ExchangeRequest): boolean {
  return request.settling ? interrupt.ending.aborted : interrupt.stopping.aborted;
}

function reduce(result: WireResult): AttemptResult {
  if (result.kind === 'answer') return result;
  return result.kind === 'failure' ? result : { kind: 'answer', status: result.status, retryAfter: undefined };
}

/** A clear no of the API: its own error body, or 429. Anything else above 399 may come from something in between. */
function isRefusal(result: WireAnswer): boolean {
  if (result.status === 429) return true;
  return result.status >= 400 && result.status < 500 && result.status !== 408 && errorBodyOf(result) !== undefined;
}

function toRefusal(result: WireAnswer, now: number): UpcError {
  return refusal(result.status, errorBodyOf(result), parseRetryAfter(result.retryAfter, now));
}

function errorBodyOf(result: WireAnswer): ErrorBody | undefined {
  return isJson(result) ? readErrorBody(parseJson(result.body)) : undefined;
}

/** Only 204 says that it was done by the API's documentation: whatever stands in between can send an empty 200. */
function emptyAnswer(result: WireResult, options: TransportOptions): undefined {
  if (result.kind === 'answer' && result.status === 204) return undefined;
  readAnswer(result, options);
  throw foreignAnswer(result as WireAnswer);
}

/** The JSON body of a good answer; anything else as the error that it is. */
function readAnswer(result: WireResult, { deadline, clock }: Pick<TransportOptions, 'deadline' | 'clock'>): unknown {
  if (result.kind === 'overflow') throw new AnswerError('The answer is larger than 64 MiB and was given up.');
  if (result.kind === 'failure') throw unreachable(result.code, deadline);
  const body = isJson(result) ? parseJson(result.body) : undefined;
  if (result.status >= 400) {
    if (!isJson(result) && result.contentType !== '' && result.status !== 429) throw foreignAnswer(result);
    throw refusal(result.status, readErrorBody(body), parseRetryAfter(result.retryAfter, clock.now()));
  }
  if (result.status >= 300) {
    throw new AnswerError(`Unexpected answer (HTTP ${result.status}): a redirect, which is never followed.`, {
      status: result.status,
      hint: 'Check the address of the API: --api-url, UPCLOUD_DEBUG_API_BASE_URL.',
    });
  }
  if (body === undefined) throw foreignAnswer(result);
  return body;
}

function foreignAnswer(result: WireAnswer): UpcError {
  const what = result.body.length === 0 ? 'no content' : sanitize(result.contentType || 'no content type').slice(0, 80);
  const message = `Unexpected answer (HTTP ${result.status}, ${what}).`;
  const details = { code: 'UNEXPECTED_ANSWER', status: result.status };
  if (result.status >= 500)
    return new UnreachableError(message, {
      ...details,
      hint: 'Nothing was changed: it is safe to run this again later.',
    });
  return new AnswerError(message, {
    ...details,
    hint: 'This does not come from the API itself: look for a proxy in between, and check --api-url.',
  });
}

function isJson(result: WireAnswer): boolean {
  return /^application\/(problem\+)?json$/.test(result.contentType);
}

/** The parsed body, or undefined where it is no JSON or not UTF-8. */
function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}

function unreachable(code: string, deadline: Deadline): UnreachableError {
  if (code === 'TIMED_OUT' && deadline.remaining() <= 0) {
    return new UnreachableError(`Timed out after ${deadline.totalMs / 1_000} s.`, {
      code: 'TIMED_OUT',
      hint: 'Run it again, or allow more time with --timeout <seconds>.',
    });
  }
  return new UnreachableError(`The API cannot be reached: ${failureText(code)}.`, {
    code: 'UNREACHABLE',
    hint: /CERT|SSL|TLS|SIGNATURE|ISSUER/.test(code)
      ? 'TLS is always verified. A private certificate authority is added with --ca-file or NODE_EXTRA_CA_CERTS.'
      : 'Check the network, HTTPS_PROXY and --api-url. Nothing was changed.',
  });
}

const failureTexts: Record<string, string> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was cut',
  ENOTFOUND: 'its host name is unknown',
  EAI_AGAIN: 'the name server does not answer',
  ETIMEDOUT: 'it does not answer in time',
  TIMED_OUT: 'it does not answer in time',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate chain is self-signed',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate cannot be verified',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
};

function failureText(code: string): string {
  if (code.startsWith('PROXY_')) return `the proxy refuses or does not answer (${code})`;
  return failureTexts[code] ? `${failureTexts[code]} (${code})` : code;
}

function debugLine(request: ExchangeRequest, origin: string, result: WireResult, ms: number, attempt: number): string {
  const what = result.kind === 'answer' ? `${result.status}` : result.kind === 'failure' ? result.code : 'OVERFLOW';
  const id =
    result.kind === 'answer' && result.requestId ? ` request-id=${sanitize(result.requestId.slice(0, 80))}` : '';
  return `${request.method} ${origin}${request.path} ${what} ${Math.round(ms)} ms attempt=${attempt}${id}`;
}
