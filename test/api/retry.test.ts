import fc from 'fast-check';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import {
  type AttemptResult,
  decideRetry,
  type FailureKind,
  parseRetryAfter,
  type RetryDecision,
} from '../../src/api/retry.ts';

const NOW = Date.UTC(2026, 0, 31, 12);

const createFailedAttempt = (failure: FailureKind): AttemptResult => ({ kind: 'failure', failure });
const createResponseAttempt = (status: number, retryAfter?: string): AttemptResult => ({
  kind: 'response',
  status,
  retryAfter,
});

interface DecisionInput {
  readonly attempt?: number;
  readonly remainingMs?: number;
}

function decideRetryWithDefaults(
  method: string,
  result: AttemptResult,
  { attempt = 1, remainingMs = 60_000 }: DecisionInput = {},
): RetryDecision {
  return decideRetry({ method, isCreate: method === 'POST', attempt, result, remainingMs, now: NOW, random: 0.5 });
}

const changeMethods = ['POST', 'PATCH', 'DELETE'];
/** The methods of changes that can be repeated safely: a repetition has no further effect. */
const repeatableMethods = ['PATCH', 'DELETE'];
const noRetry: RetryDecision = { retry: false };
/**
 * The decision to try again after the first attempt. The random number in decideRetryWithDefaults() is fixed, so the
 * wait is always 500 ms.
 */
const firstRetry: RetryDecision = { retry: true, waitMs: 500 };

describe('T-1, T-4 retries', () => {
  test.each<[FailureKind, boolean, boolean]>([
    ['resolve', true, true],
    ['connect', true, true],
    ['handshake', true, true],
    ['reset', true, false],
    ['timeout', true, false],
    ['truncated', true, false],
    ['tls', false, false],
    ['unknown-host', false, false],
  ])('after %s: a GET %s, a change %s', (failure, read, change) => {
    expect(decideRetryWithDefaults('GET', createFailedAttempt(failure))).toEqual(read ? firstRetry : noRetry);
    for (const method of changeMethods)
      expect(decideRetryWithDefaults(method, createFailedAttempt(failure))).toEqual(change ? firstRetry : noRetry);
  });

  test('a GET is retried after six transient statuses, a change only after 429, a create after none', () => {
    const listRetriedStatuses = (method: string) =>
      Array.from({ length: 500 }, (_, i) => 100 + i).filter(
        (status) => decideRetryWithDefaults(method, createResponseAttempt(status)).retry,
      );
    expect(listRetriedStatuses('GET')).toEqual([408, 429, 500, 502, 503, 504]);
    for (const method of repeatableMethods) expect(listRetriedStatuses(method)).toEqual([429]);
    expect(listRetriedStatuses('POST')).toEqual([]);
  });

  test('at most three attempts, with growing waits', () => {
    const result = createFailedAttempt('reset');
    expect([1, 2, 3, 4].map((attempt) => decideRetryWithDefaults('GET', result, { attempt }))).toEqual([
      firstRetry,
      { retry: true, waitMs: 1_000 },
      noRetry,
      noRetry,
    ]);
  });

  test('only if the wait ends before the deadline', () => {
    const result = createFailedAttempt('reset');
    expect(decideRetryWithDefaults('GET', result, { remainingMs: 501 })).toEqual(firstRetry);
    expect(decideRetryWithDefaults('GET', result, { remainingMs: 500 })).toEqual(noRetry);
    expect(decideRetryWithDefaults('GET', result, { remainingMs: 0 })).toEqual(noRetry);
  });
});

describe('T-2 Retry-After', () => {
  test.each([
    ['0', { retry: true, waitMs: 0 }],
    ['7', { retry: true, waitMs: 7_000 }],
    ['30', { retry: true, waitMs: 30_000 }],
    ['31', noRetry],
    ['3600', noRetry],
    ['Sat, 31 Jan 2026 12:00:30 GMT', { retry: true, waitMs: 30_000 }],
    ['Sat, 31 Jan 2026 12:00:31 GMT', noRetry],
    // A Retry-After that is longer than a day, negative or unreadable does not prevent a retry.
    ['99999999', firstRetry],
    ['-5', firstRetry],
    ['later', firstRetry],
  ])('%j is obeyed up to 30 s', (header, expected) => {
    expect(decideRetryWithDefaults('GET', createResponseAttempt(503, header))).toEqual(expected);
    for (const method of repeatableMethods)
      expect(decideRetryWithDefaults(method, createResponseAttempt(429, header))).toEqual(expected);
    for (const method of changeMethods)
      expect(decideRetryWithDefaults(method, createResponseAttempt(503, header))).toEqual(noRetry);
    expect(decideRetryWithDefaults('POST', createResponseAttempt(429, header))).toEqual(noRetry);
  });

  test('is not obeyed if it exceeds the time left', () => {
    expect(decideRetryWithDefaults('GET', createResponseAttempt(429, '7'), { remainingMs: 7_001 }).retry).toBe(true);
    expect(decideRetryWithDefaults('GET', createResponseAttempt(429, '7'), { remainingMs: 7_000 })).toEqual(noRetry);
  });

  test.each([
    ['5', 5_000],
    [' 5\t', 5_000],
    ['0', 0],
    ['000000007', 7_000],
    ['86400', 86_400_000],
    // The three date formats of HTTP.
    ['Sat, 31 Jan 2026 12:00:09 GMT', 9_000],
    ['Saturday, 31-Jan-26 12:00:09 GMT', 9_000],
    ['Sat Jan 31 12:00:09 2026', 9_000],
    ['Sat, 31 Jan 2026 13:00:09 +0100', 9_000],
    ['Sun, 01 Feb 2026 12:00:00 GMT', 86_400_000],
    ['Sat, 31 Jan 2026 12:00:00 GMT', 0],
    ['Wed, 21 Oct 2015 07:28:00 GMT', 0],
  ])('%j is a wait of %i ms', (header, ms) => {
    expect(parseRetryAfter(header, NOW)).toBe(ms);
  });

  test.each([
    [undefined],
    [''],
    [' '],
    ['-5'],
    ['+5'],
    ['1.5'],
    ['1e3'],
    ['0x10'],
    ['5 s'],
    ['1 2'],
    ['0000000007'],
    ['86401'],
    ['Sun, 01 Feb 2026 12:00:01 GMT'],
    // These values are not HTTP dates, but Date.parse() would accept them.
    ['soon 5'],
    ['2026-01-31T12:00:09Z'],
    ['31 Jan 2026 12:00:09 GMT'],
    ['12: Sat, 31 Jan 2026 12:00:09 GMT'],
    ['in 9 s: Sat, 31 Jan 2026 12:00:09 GMT'],
    ['Sat,31 Jan 2026 12:00:09 GMT'],
  ])('%j is none', (header) => {
    expect(parseRetryAfter(header, NOW)).toBeUndefined();
  });

  test('is GMT for a date without a zone, in any time zone', () => {
    vi.stubEnv('TZ', 'Asia/Tokyo');
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(parseRetryAfter('Sat Jan 31 12:00:09 2026', NOW)).toBe(9_000);
    expect(parseRetryAfter('Sat, 31 Jan 2026 12:00:09 GMT', NOW)).toBe(9_000);
  });

  test('means the same in seconds and as a date', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 86_400 }), (seconds) => {
        expect(parseRetryAfter(String(seconds), NOW)).toBe(seconds * 1_000);
        const date = new Date(NOW + seconds * 1_000).toUTCString();
        expect(parseRetryAfter(date, NOW)).toBe(seconds * 1_000);
      }),
    );
  });
});
