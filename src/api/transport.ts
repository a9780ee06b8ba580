import type { Clock, Deadline } from '../core/clock.ts';
import { asUpcError, InterruptedError, type UpcError } from '../core/errors.ts';
import type { Interrupt } from '../core/interrupt.ts';
import { sanitize } from '../core/sanitize.ts';
import type { Connection, WireResult } from './connection.ts';
import { cut, assertNoContent, isRejection, readJsonResponse, toRejectionError } from './response.ts';
import { type AttemptResult, decideRetry } from './retry.ts';
import { check, type Schema } from './schema.ts';
import { unreachable } from './unreachable.ts';

/** What a command needs to talk to the API; the endpoints are one-liners over it. */
export interface Api {
  /**
   * GETs a path below `/1.3` and checks the body.
   * @throws UpcError for a refusal, UnexpectedResponseError, UnreachableError
   */
  read<T>(segments: readonly string[], schema: Schema<T>, options?: ReadOptions): Promise<T>;
  /**
   * Sends a request that changes something, once (T-4).
   * @throws LostResponse when it may have been carried out; UpcError when nothing was sent or the API itself rejected it
   */
  change<T>(request: ChangeRequest, schema: Schema<T>): Promise<T>;
  /** Tells the user that an answer was lost and what looking showed (T-5). */
  readonly note: (text: string) => void;
  readonly debug: (line: string) => void;
  /** Waits that long, or a third of the time left where that is less, and says whether there is time left to go on. */
  pause(ms: number): Promise<boolean>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
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

export interface TransportOptions {
  readonly wire: () => Promise<Connection>;
  readonly origin: string;
  readonly authorization: string;
  readonly deadline: Deadline;
  readonly clock: Clock;
  readonly interrupt: Interrupt;
  readonly note: (text: string) => void;
  readonly debug: (line: string) => void;
  /** Leaves out the credentials, which an answer may repeat (T-9). */
  readonly hide: (text: string) => string;
}

/** The request may have been carried out: only a check shows it. `reason` is the error that the response stands for. */
export class LostResponse extends Error {
  readonly reason: UpcError;
  /** The API rejected the last attempt with its own error: unless a check shows otherwise, nothing was changed. */
  readonly isRejected: boolean;

  constructor(reason: UpcError, isRejected = false) {
    super(reason.message);
    this.reason = reason;
    this.isRejected = isRejected;
  }
}

/** Of the time left, a change leaves this share for looking what became of it. */
const LOOKING_SHARE = 0.3;
const LOOKING_MAX_MS = 10_000;

export function createTransport(options: TransportOptions): Api {
  const exchange = createExchange(options);
  return {
    note: options.note,
    debug: options.debug,
    pause: (ms) => pause(ms, options),
    now: options.clock.now,
    async read(segments, schema, { settling = false } = {}) {
      const { result } = await exchange({ method: 'GET', path: pathOf(segments), settling });
      return check(schema, readJsonResponse(result, options));
    },
    async change({ method, segments, body }, schema) {
      const path = pathOf(segments);
      const exchanged = await exchange({ method, path, body: body === undefined ? undefined : JSON.stringify(body) });
      const { result } = exchanged;
      const ended = result.kind === 'failure' && options.interrupt.ending.aborted;
      if (result.kind === 'failure' && isUnsent(exchanged)) {
        throw ended ? new InterruptedError(options.interrupt.signal()) : unreachable(result, options);
      }
      const isRejected = result.kind === 'response' && isRejection(result);
      if (isRejected && isCertain(exchanged)) throw toRejectionError(result, options);
      try {
        return check(schema, method === 'DELETE' ? assertNoContent(result, options) : readJsonResponse(result, options));
      } catch (error) {
        const reason = ended ? new InterruptedError(options.interrupt.signal()) : asUpcError(error);
        throw new LostResponse(reason, isRejected && method !== 'POST');
      }
    },
  };
}

/** Whether not a byte of any attempt can have left. */
function isUnsent({ result, isRepeated }: Exchanged): boolean {
  return result.kind === 'failure' && !result.sent && !isRepeated;
}

/** Whether a rejection says all: a 429 may come from what counts requests, after the request was carried out. */
function isCertain({ result, isRepeated }: Exchanged): boolean {
  return result.kind === 'response' && result.status !== 429 && !isRepeated;
}

const SEGMENT = /^[A-Za-z0-9:_-](?:[A-Za-z0-9.:_-]|%[0-9A-F]{2})*$/;

/** The path of an endpoint. Segments were validated where they came in; this is the last gate (T-14). */
export function pathOf(segments: readonly string[]): string {
  const bad = segments.find((segment) => !SEGMENT.test(segment));
  if (bad !== undefined || segments.length === 0) throw new Error(`not a path segment: ${sanitize(String(bad))}`);
  return `/1.3/${segments.join('/')}`;
}

interface Exchanged {
  readonly result: WireResult;
  /** An earlier attempt got a response (T-4: 429). */
  readonly isRepeated: boolean;
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

/** Attempts until an answer stands, the policy gives up, or the deadline or an interrupt ends it. */
function createExchange(options: TransportOptions): (request: ExchangeRequest) => Promise<Exchanged> {
  const { clock, deadline, interrupt } = options;
  return async (request) => {
    const wire = await options.wire();
    let isRepeated = false;
    let last: WireResult | undefined;
    for (let attempt = 1; ; attempt++) {
      if (interrupt.stopping.aborted && !request.settling) {
        // A change that got a response is not one that was never started.
        if (last?.kind === 'response' && request.method !== 'GET') return { result: last, isRepeated };
        throw new InterruptedError(interrupt.signal());
      }
      isRepeated ||= last?.kind === 'response';
      const started = clock.elapsed();
      const result = await once(wire, request, options);
      last = result;
      options.debug(debugLine(request, options, result, clock.elapsed() - started, attempt));
      const decision = decideRetry({
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
        return { result, isRepeated };
      }
      const halt = request.settling ? interrupt.ending : interrupt.stopping;
      await clock.sleep(decision.waitMs, AbortSignal.any([halt, wire.closed]));
      if (wire.closed.aborted) return { result, isRepeated };
    }
  };
}

async function once(wire: Connection, request: ExchangeRequest, options: TransportOptions): Promise<WireResult> {
  const { clock, deadline, interrupt } = options;
  const left = deadline.remaining();
  if (left <= 0) return { kind: 'failure', failure: 'timeout', sent: false, code: 'TIMED_OUT' };
  const reads = request.method === 'GET';
  const timeout = new AbortController();
  const share = reads ? left : left - Math.min(LOOKING_MAX_MS, left * LOOKING_SHARE);
  // Timers drop fractions of a millisecond: one that fires early would report an unreachable API, not the deadline.
  const stopTimer = clock.startTimer(Math.ceil(share) + 1, () => timeout.abort());
  try {
    return await wire.sendOnce({
      method: request.method,
      url: `${options.origin}${request.path}`,
      headers: {
        authorization: options.authorization,
        ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: request.body,
      deadline: timeout.signal,
      interrupt: reads && !request.settling ? interrupt.stopping : interrupt.ending,
    });
  } finally {
    stopTimer();
  }
}

function isAborted(interrupt: Interrupt, request: ExchangeRequest): boolean {
  return request.settling ? interrupt.ending.aborted : interrupt.stopping.aborted;
}

function reduce(result: WireResult): AttemptResult {
  if (result.kind === 'response') return result;
  return result.kind === 'failure' ? result : { kind: 'response', status: result.status, retryAfter: undefined };
}

function debugLine(
  request: ExchangeRequest,
  { origin, hide }: TransportOptions,
  result: WireResult,
  ms: number,
  attempt: number,
): string {
  const what = result.kind === 'response' ? `${result.status}` : result.kind === 'failure' ? result.code : 'OVERFLOW';
  const proxy = result.kind === 'failure' && result.proxy ? ` proxy=${result.proxy.name}` : '';
  const requestId = result.kind === 'response' ? result.requestId : undefined;
  const id = requestId ? ` request-id=${cut(hide(sanitize(requestId)), 80)}` : '';
  return `${request.method} ${origin}${request.path} ${what} ${Math.round(ms)} ms attempt=${attempt}${proxy}${id}`;
}
