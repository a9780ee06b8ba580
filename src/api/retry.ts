/** The result of one attempt, as far as decideRetry() needs it. */
export type AttemptResult =
  | { readonly kind: 'response'; readonly status: number; readonly retryAfter: string | undefined }
  | { readonly kind: 'failure'; readonly failure: FailureKind };

/**
 * Why no response came. With `resolve`, `connect` and `handshake`, nothing was sent, so a retry is safe. With `unknown-host`
 * and `tls` (such as a bad certificate), nothing was sent either, but a retry would fail again.
 */
export type FailureKind =
  | 'unknown-host'
  | 'resolve'
  | 'connect'
  | 'handshake'
  | 'tls'
  | 'reset'
  | 'timeout'
  | 'truncated';

export type RetryDecision = { readonly retry: true; readonly waitMs: number } | { readonly retry: false };

export interface RetrySituation {
  readonly method: string;
  /** Whether the request creates an object: sending it twice would create two. */
  readonly isCreate?: boolean;
  /** The number of the attempt, from 1. */
  readonly attempt: number;
  readonly result: AttemptResult;
  /** Milliseconds until the command's deadline. */
  readonly remainingMs: number;
  /** Milliseconds since 1970, for a `Retry-After` that is a date. */
  readonly now: number;
  /** A random number in [0, 1), which varies the wait. */
  readonly random: number;
}

const MAX_ATTEMPTS = 3;
/** The longest wait before a retry, in milliseconds. If `Retry-After` asks for a longer wait, there is no retry. */
const RETRY_MAX_WAIT_MS = 30_000;
const TRANSIENT_STATUSES = new Set([408, 429, 500, 502, 503, 504]);
const FAILURES_BEFORE_SENDING: ReadonlySet<FailureKind> = new Set<FailureKind>(['resolve', 'connect', 'handshake']);
const TRANSIENT_FAILURES: ReadonlySet<FailureKind> = new Set<FailureKind>([
  ...FAILURES_BEFORE_SENDING,
  'reset',
  'timeout',
  'truncated',
]);

/**
 * Decides whether to retry, and after how many milliseconds (T-1, T-2, T-4). A GET may be repeated. A change may be repeated
 * only if nothing was sent, or after a 429. A create is not repeated after a 429, because the object may exist already.
 */
export function decideRetry(situation: RetrySituation): RetryDecision {
  const { attempt, result, remainingMs } = situation;
  if (attempt >= MAX_ATTEMPTS || !mayRepeatRequest(situation)) return { retry: false };
  const requestedMs = result.kind === 'response' ? parseRetryAfter(result.retryAfter, situation.now) : undefined;
  const waitMs = requestedMs ?? computeBackOffMs(attempt, situation.random);
  return waitMs <= RETRY_MAX_WAIT_MS && waitMs < remainingMs ? { retry: true, waitMs } : { retry: false };
}

function mayRepeatRequest({ method, isCreate = false, result }: RetrySituation): boolean {
  const reads = method === 'GET';
  if (result.kind === 'failure') return (reads ? TRANSIENT_FAILURES : FAILURES_BEFORE_SENDING).has(result.failure);
  return reads ? TRANSIENT_STATUSES.has(result.status) : result.status === 429 && !isCreate;
}

/** Returns a wait with full jitter, in milliseconds: `rand(0, min(8 s, 0.5 s · 2ⁿ))`, at least 100 ms (T-2). */
function computeBackOffMs(attempt: number, random: number): number {
  return Math.max(100, random * Math.min(8_000, 500 * 2 ** attempt));
}

/**
 * Returns the wait that `Retry-After` asks for, in milliseconds. The header contains seconds or an HTTP date. Returns
 * undefined if the header is missing, negative, unreadable or longer than a day.
 * @param now milliseconds since 1970
 */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  const text = header?.trim() ?? '';
  const ms = /^\d{1,9}$/.test(text)
    ? Number(text) * 1_000
    : /^[A-Za-z]{3,9},? /.test(text)
      ? // HTTP allows three date formats. The oldest ends with the year and leaves out its time zone, GMT.
        Date.parse(/ \d{4}$/.test(text) ? `${text} GMT` : text) - now
      : Number.NaN;
  if (Number.isNaN(ms) || ms > 86_400_000) return undefined;
  return ms >= 0 ? ms : text.includes(':') ? 0 : undefined;
}
