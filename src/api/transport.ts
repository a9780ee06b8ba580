import type { Clock, Deadline } from '../core/clock.ts';
import { InterruptedError, toUpcError, type UpcError } from '../core/errors.ts';
import type { Interrupt } from '../core/interrupt.ts';
import { mergeSignals } from '../core/merge-signals.ts';
import { sanitize } from '../core/sanitize.ts';
import type { ApiConnection } from './connection.ts';
import { assertNoContent, isRejection, readJsonResponse, toRejectionError, truncateText } from './response.ts';
import { type AttemptResult, decideRetry } from './retry.ts';
import { type Schema, validateBody } from './schema.ts';
import { createUnreachableError } from './unreachable.ts';
import type { WireResult } from './wire.ts';

/** The API client. The functions for the endpoints of the API use it. */
export interface Api {
  /**
   * GETs a path below `/1.3` and validates the body. Retries transient failures (T-1).
   * @throws UpcError if the API rejects the request; UnexpectedResponseError, UnreachableError, InterruptedError
   */
  read<T>(segments: readonly string[], schema: Schema<T>, options?: ReadOptions): Promise<T>;
  /** Reads like {@link read}. The result also has `isCurrent`: while it returns true, a change can rely on the value (T-15). */
  observe<T>(segments: readonly string[], schema: Schema<T>): Promise<ValueWithFreshness<T>>;
  /**
   * Sends a change. Repeats the request only if nothing was sent, or after a 429 if the request creates no object (T-4).
   * @throws LostResponseError if the change may have been carried out; UpcError if nothing was sent or the API rejected it
   */
  change<T>(request: ChangeRequest, schema: Schema<T>): Promise<T>;
  /** Shows a note to the user, for example that a response was lost but the change was carried out (T-5). */
  readonly note: (text: string) => void;
  readonly debug: (line: string) => void;
  /** Waits `ms` milliseconds, or a third of the time left if that is less. Returns false if the command must end. */
  pause(ms: number): Promise<boolean>;
  /** Returns the current time, in milliseconds since 1970. */
  readonly now: () => number;
}

export interface ReadOptions {
  /** Whether the read checks the outcome of a change. Such a read continues after the first interrupt (T-7). */
  readonly isOutcomeCheck?: boolean;
  /**
   * How many requests will probably follow at the same time. Their connections are opened together with the connection of
   * this read, so that their handshakes are complete sooner.
   */
  readonly followers?: number;
}

export interface ValueWithFreshness<T> {
  readonly value: T;
  /**
   * Returns whether a change can rely on the value without another read. Three conditions must be true: the response is at
   * most a second old, the first attempt got the response, and no request was sent after the response.
   */
  readonly isCurrent: () => boolean;
}

export interface ChangeRequest {
  readonly method: 'POST' | 'PATCH' | 'DELETE';
  readonly segments: readonly string[];
  readonly body?: unknown;
  /**
   * Whether the request creates an object. Such a request is never repeated after a 429, because that could create two
   * objects (T-4).
   */
  readonly isCreate?: boolean;
}

export interface TransportOptions {
  readonly wire: () => Promise<ApiConnection>;
  readonly origin: string;
  readonly authorization: string;
  readonly deadline: Deadline;
  readonly clock: Clock;
  readonly interrupt: Interrupt;
  readonly note: (text: string) => void;
  readonly debug: (line: string) => void;
  /** Replaces the credentials in a text: a response may repeat them (T-9). */
  readonly hide: (text: string) => string;
}

/**
 * The response to a change is missing, or it does not show whether the change was carried out. Only a further request can
 * show the outcome (T-5).
 */
export class LostResponseError extends Error {
  /** The error to report if no check shows the outcome. */
  readonly reason: UpcError;
  /** Whether the API rejected the last attempt. Report this rejection unless a check shows the requested state. */
  readonly isRejected: boolean;

  constructor(reason: UpcError, isRejected = false) {
    super(reason.message);
    this.reason = reason;
    this.isRejected = isRejected;
  }
}

/** The share of the remaining time that is reserved for checking the outcome of a change. */
const CHECKS_TIME_SHARE = 0.3;
const CHECKS_MAX_TIME_MS = 10_000;

/**
 * How long a value counts as current after its response, in milliseconds. The limit matters if a user takes long to answer a
 * question: the value may have changed by then.
 */
const CURRENT_MAX_AGE_MS = 1_000;

/** Creates the API client, which retries requests, keeps the deadline, and validates responses (T-1 to T-5, T-12). */
export function createTransport(options: TransportOptions): Api {
  const traffic: AttemptCounter = { attempts: 0 };
  const exchange = createRetryingSender(options, traffic);
  const { elapsed } = options.clock;
  return {
    note: options.note,
    debug: options.debug,
    pause: (ms) => pauseWithinDeadline(ms, options),
    now: options.clock.now,
    async read(segments, schema, { isOutcomeCheck = false, followers } = {}) {
      const { result } = await exchange({ method: 'GET', path: joinPathSegments(segments), isOutcomeCheck, followers });
      return validateBody(schema, readJsonResponse(result, options));
    },
    async observe(segments, schema) {
      const { result, attempt } = await exchange({ method: 'GET', path: joinPathSegments(segments) });
      const [attempts, at] = [traffic.attempts, elapsed()];
      const isCurrent = () => attempt === 1 && traffic.attempts === attempts && elapsed() - at <= CURRENT_MAX_AGE_MS;
      return { value: validateBody(schema, readJsonResponse(result, options)), isCurrent };
    },
    async change({ method, segments, body, isCreate = false }, schema) {
      const path = joinPathSegments(segments);
      const text = body === undefined ? undefined : JSON.stringify(body);
      const exchanged = await exchange({ method, path, body: text, isCreate });
      const { result } = exchanged;
      const ended = result.kind === 'failure' && options.interrupt.ending.aborted;
      if (result.kind === 'failure' && isNothingSent(exchanged)) {
        throw ended ? new InterruptedError(options.interrupt.signal()) : createUnreachableError(result, options);
      }
      const isRejected = result.kind === 'response' && isRejection(result);
      if (isRejected && isRejectionCertain(exchanged)) throw toRejectionError(result, options);
      try {
        const read = method === 'DELETE' ? assertNoContent : readJsonResponse;
        return validateBody(schema, read(result, options));
      } catch (error) {
        const reason = ended ? new InterruptedError(options.interrupt.signal()) : toUpcError(error);
        throw new LostResponseError(reason, isRejected && !isCreate);
      }
    },
  };
}

/** Returns true only if no attempt can have sent a byte of the request. */
function isNothingSent({ result, isRepeated }: ExchangeResult): boolean {
  return result.kind === 'failure' && !result.sent && !isRepeated;
}

/**
 * Returns whether a rejection proves that nothing was changed. A 429 proves nothing, because a rate limiter may send it after
 * the change. After a 429, the rejection of a later attempt proves nothing either.
 */
function isRejectionCertain({ result, isRepeated }: ExchangeResult): boolean {
  return result.kind === 'response' && result.status !== 429 && !isRepeated;
}

const PATH_SEGMENT = /^[A-Za-z0-9:_-](?:[A-Za-z0-9.:_-]|%[0-9A-F]{2})*$/;

/**
 * Returns the path of an endpoint. Throws an error for a segment that could change the path (T-14). Such an error is a bug,
 * because input and responses were validated before.
 */
export function joinPathSegments(segments: readonly string[]): string {
  const bad = segments.find((segment) => !PATH_SEGMENT.test(segment));
  if (bad !== undefined || segments.length === 0) throw new Error(`not a path segment: ${sanitize(String(bad))}`);
  return `/1.3/${segments.join('/')}`;
}

interface ExchangeResult {
  readonly result: WireResult;
  /**
   * Whether an earlier attempt got a response. For a change, that response was a 429: after any other response, a change is
   * not retried (T-4).
   */
  readonly isRepeated: boolean;
  /** The number of the last attempt, from 1. */
  readonly attempt: number;
}

/** Counts the requests that this API client has sent so far. */
interface AttemptCounter {
  attempts: number;
}

interface ExchangeRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: string | undefined;
  readonly isCreate?: boolean;
  readonly isOutcomeCheck?: boolean;
  readonly followers?: number | undefined;
}

async function pauseWithinDeadline(ms: number, { clock, deadline, interrupt }: TransportOptions): Promise<boolean> {
  await clock.sleep(Math.min(ms, deadline.remaining() / 3), interrupt.ending);
  return deadline.remaining() > 0 && !interrupt.ending.aborted;
}

/**
 * Returns a function that sends a request, and repeats it until decideRetry() allows no retry, the deadline ends or the user
 * interrupts.
 */
function createRetryingSender(
  options: TransportOptions,
  traffic: AttemptCounter,
): (request: ExchangeRequest) => Promise<ExchangeResult> {
  const { clock, deadline, interrupt } = options;
  return async (request) => {
    const wire = await options.wire();
    let isRepeated = false;
    let last: WireResult | undefined;
    for (let attempt = 1; ; attempt++) {
      if (interrupt.stopping.aborted && !request.isOutcomeCheck) {
        // A change that got a response was sent, so report the response. An InterruptedError would hide the outcome.
        if (last?.kind === 'response' && request.method !== 'GET') return { result: last, isRepeated, attempt };
        throw new InterruptedError(interrupt.signal());
      }
      isRepeated ||= last?.kind === 'response';
      traffic.attempts += 1;
      const started = clock.elapsed();
      const result = await sendSingleAttempt(wire, request, options);
      last = result;
      options.debug(formatDebugLine(request, options, result, clock.elapsed() - started, attempt));
      const decision = decideRetry({
        method: request.method,
        isCreate: request.isCreate === true,
        attempt,
        result: toAttemptResult(result),
        remainingMs: deadline.remaining(),
        now: clock.now(),
        random: clock.random(),
      });
      if (!decision.retry || wire.closed.aborted) {
        if (request.method === 'GET' && isAborted(interrupt, request) && result.kind === 'failure') {
          throw new InterruptedError(interrupt.signal());
        }
        return { result, isRepeated, attempt };
      }
      const halt = request.isOutcomeCheck ? interrupt.ending : interrupt.stopping;
      const either = mergeSignals([halt, wire.closed]);
      await clock.sleep(decision.waitMs, either.signal);
      either.release();
      if (wire.closed.aborted) return { result, isRepeated, attempt };
    }
  };
}

async function sendSingleAttempt(
  wire: ApiConnection,
  request: ExchangeRequest,
  options: TransportOptions,
): Promise<WireResult> {
  const { clock, deadline, interrupt } = options;
  const left = deadline.remaining();
  if (left <= 0) return { kind: 'failure', failure: 'timeout', sent: false, code: 'TIMED_OUT' };
  const reads = request.method === 'GET';
  const timeout = new AbortController();
  const share = reads ? left : left - Math.min(CHECKS_MAX_TIME_MS, left * CHECKS_TIME_SHARE);
  // Round up, because timers drop fractions of a millisecond. If the timer fired before the deadline, the error would be "The
  // API cannot be reached" instead of "Timed out".
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
      interrupt: reads && !request.isOutcomeCheck ? interrupt.stopping : interrupt.ending,
      followers: request.followers,
    });
  } finally {
    stopTimer();
  }
}

function isAborted(interrupt: Interrupt, request: ExchangeRequest): boolean {
  return request.isOutcomeCheck ? interrupt.ending.aborted : interrupt.stopping.aborted;
}

function toAttemptResult(result: WireResult): AttemptResult {
  if (result.kind === 'response') return result;
  return result.kind === 'failure' ? result : { kind: 'response', status: result.status, retryAfter: undefined };
}

function formatDebugLine(
  request: ExchangeRequest,
  { origin, hide }: TransportOptions,
  result: WireResult,
  ms: number,
  attempt: number,
): string {
  const what = result.kind === 'response' ? `${result.status}` : result.kind === 'failure' ? result.code : 'OVERFLOW';
  const proxy = result.kind === 'failure' && result.proxy ? ` proxy=${result.proxy.name}` : '';
  const requestId = result.kind === 'response' ? result.requestId : undefined;
  const id = requestId ? ` request-id=${truncateText(hide(sanitize(requestId)), 80)}` : '';
  return `${request.method} ${origin}${request.path} ${what} ${Math.round(ms)} ms attempt=${attempt}${proxy}${id}`;
}
