/** What came of one attempt, reduced to what the decision needs. */
export type AttemptResult =
  | { readonly kind: 'response'; readonly status: number; readonly retryAfter: string | undefined }
  | { readonly kind: 'failure'; readonly failure: Failure };

/**
 * Why no answer came. `resolve`, `refuse` and `handshake` happened before anything could be sent; `tls` (certificates included) and
 * `unknown-host` likewise, but trying again would not help.
 */
export type Failure = 'unknown-host' | 'resolve' | 'connect' | 'handshake' | 'tls' | 'reset' | 'timeout' | 'truncated';

export type Decision = { readonly retry: true; readonly waitMs: number } | { readonly retry: false };

export interface Situation {
  readonly method: string;
  /** Counts from 1. */
  readonly attempt: number;
  readonly result: AttemptResult;
  /** Milliseconds until the command's deadline. */
  readonly remainingMs: number;
  /** Milliseconds since 1970, for a `Retry-After` that is a date. */
  readonly now: number;
  /** In [0, 1). */
  readonly random: number;
}

const ATTEMPTS = 3;
/** The longest wait that a `Retry-After` gets. */
const WAIT_MAX_MS = 30_000;
const TRANSIENT_STATUS = new Set([408, 429, 500, 502, 503, 504]);
const NOTHING_SENT: ReadonlySet<Failure> = new Set<Failure>(['resolve', 'connect', 'handshake']);
const TRANSIENT_FAILURE: ReadonlySet<Failure> = new Set<Failure>([...NOTHING_SENT, 'reset', 'timeout', 'truncated']);

/**
 * Whether to try again, and after how long (T-1, T-2, T-4). A GET may be repeated; a change only where nothing can have been
 * sent, or after a 429. A create is not repeated after a 429: nothing in it says that no address was created.
 */
export function decideRetry(situation: Situation): Decision {
  const { method, attempt, result, remainingMs } = situation;
  if (attempt >= ATTEMPTS || !mayRepeat(method, result)) return { retry: false };
  const asked = result.kind === 'response' ? parseRetryAfter(result.retryAfter, situation.now) : undefined;
  const waitMs = asked ?? backOff(attempt, situation.random);
  return waitMs <= WAIT_MAX_MS && waitMs < remainingMs ? { retry: true, waitMs } : { retry: false };
}

function mayRepeat(method: string, result: AttemptResult): boolean {
  const reads = method === 'GET';
  if (result.kind === 'failure') return (reads ? TRANSIENT_FAILURE : NOTHING_SENT).has(result.failure);
  return reads ? TRANSIENT_STATUS.has(result.status) : result.status === 429 && method !== 'POST';
}

/** Full jitter (T-2): `rand(0, min(8 s, 0.5 s · 2ⁿ))`, at least 100 ms. */
function backOff(attempt: number, random: number): number {
  return Math.max(100, random * Math.min(8_000, 500 * 2 ** attempt));
}

/**
 * The wait that `Retry-After` asks for, in milliseconds: seconds or an HTTP date. Undefined where it is missing,
 * negative, unreadable or beyond a day. The oldest of the three forms of a date ends with the year, and means GMT.
 */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  const text = header?.trim() ?? '';
  const ms = /^\d{1,9}$/.test(text)
    ? Number(text) * 1_000
    : /^[A-Za-z]{3,9},? /.test(text)
      ? Date.parse(/ \d{4}$/.test(text) ? `${text} GMT` : text) - now
      : Number.NaN;
  if (Number.isNaN(ms) || ms > 86_400_000) return undefined;
  return ms >= 0 ? ms : text.includes(':') ? 0 : undefined;
}
