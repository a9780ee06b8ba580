import { isAscii } from 'node:buffer';
import type { Clock } from '../core/clock.ts';
import { UnexpectedResponseError, UnreachableError, type UpcError } from '../core/errors.ts';
import { sanitize } from '../core/sanitize.ts';
import { createRejectionError } from './api-errors.ts';
import { type ErrorBody, toErrorBody } from './error-body.ts';
import { removeDeeplyNestedValues } from './nesting.ts';
import { parseRetryAfter } from './retry.ts';
import { createUnreachableError, type RequestTarget } from './unreachable.ts';
import type { WireResponse, WireResult } from './wire.ts';

/** The data from which this file creates an error for a response. */
interface ResponseContext extends RequestTarget {
  readonly clock: Clock;
  readonly hide: (text: string) => string;
  readonly note: (text: string) => void;
}

/**
 * Returns whether the API itself rejected the request, with a 4xx and its own error body. Other errors may come from a proxy.
 */
export function isRejection(result: WireResponse): boolean {
  return result.status >= 400 && result.status < 500 && result.status !== 408 && parseErrorBody(result) !== undefined;
}

/** Returns the error for a rejection by the API, without the credentials that its message may repeat (T-9). */
export function toRejectionError(result: WireResponse, { clock, hide }: ResponseContext): UpcError {
  const body = parseErrorBody(result);
  const shown = body && { ...body, message: truncateText(hide(body.message), 500) };
  return createRejectionError(result.status, shown, parseRetryAfter(result.retryAfter, clock.now()));
}

function parseErrorBody(result: WireResponse): ErrorBody | undefined {
  return isJsonResponse(result) ? toErrorBody(parseJsonBody(result.body)?.value) : undefined;
}

/**
 * Checks that the response has the status 204, as documented. An empty 200 may come from a proxy and proves nothing (T-5).
 * @throws UpcError for any other result
 */
export function assertNoContent(result: WireResult, context: ResponseContext): undefined {
  if (result.kind === 'response' && result.status === 204) return undefined;
  readJsonResponse(result, context);
  throw createUnexpectedResponseError(result as WireResponse, context);
}

/**
 * Returns the parsed JSON body of a successful response (T-12).
 * @throws UpcError for any other result
 */
export function readJsonResponse(result: WireResult, context: ResponseContext): unknown {
  if (result.kind === 'overflow') {
    throw new UnexpectedResponseError('The response is larger than 64 MiB and was discarded.');
  }
  if (result.kind === 'failure') throw createUnreachableError(result, context);
  const body = isJsonResponse(result) ? parseJsonBody(result.body) : undefined;
  if (result.status >= 400) {
    if (!isJsonResponse(result) && result.contentType !== '' && result.status !== 429)
      throw createUnexpectedResponseError(result, context);
    throw toRejectionError(result, context);
  }
  if (result.status >= 300) {
    throw new UnexpectedResponseError(
      `Unexpected response (HTTP ${result.status}): a redirect, which upc never follows.`,
      { status: result.status, hint: 'Check the API address in --api-url or UPCLOUD_DEBUG_API_BASE_URL.' },
    );
  }
  if (body === undefined) throw createUnexpectedResponseError(result, context);
  if (body.isCut) context.note('The response has values that are nested deeper than 100 levels. They are left out.');
  return body.value;
}

function createUnexpectedResponseError(result: WireResponse, { hide }: ResponseContext): UpcError {
  const type = truncateText(hide(sanitize(result.contentType || 'no content type')), 80);
  const isDamagedJson = isJsonResponse(result) && result.body.length > 0;
  const what = result.body.length === 0 ? 'no content' : isDamagedJson ? 'invalid JSON' : type;
  const message = `Unexpected response (HTTP ${result.status}, ${what}).`;
  const details = { code: 'UNEXPECTED_ANSWER', status: result.status };
  if (result.status >= 500)
    return new UnreachableError(message, {
      ...details,
      hint: 'Nothing was changed. Run the command again later.',
    });
  return new UnexpectedResponseError(message, {
    ...details,
    hint: isDamagedJson
      ? 'The response was damaged, or it does not come from the API. Run the command again, and check for a proxy between this machine and the API.'
      : 'The response does not come from the API. Check for a proxy between this machine and the API, and check --api-url.',
  });
}

/** Truncates untrusted text. Call `hide` first, because it recognizes only whole secrets, not truncated ones (T-9). */
export function truncateText(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}

function isJsonResponse(result: WireResponse): boolean {
  return /^application\/(problem\+)?json$/.test(result.contentType);
}

/**
 * Returns the parsed body, or undefined if it is not JSON or not UTF-8. `isCut` says whether values were nested too deep and
 * removed. An ASCII body, the usual case, is read without a decoder because that is faster.
 */
function parseJsonBody(body: Buffer): { readonly value: unknown; readonly isCut: boolean } | undefined {
  try {
    const value: unknown = JSON.parse(
      isAscii(body) ? body.toString('latin1') : new TextDecoder('utf-8', { fatal: true }).decode(body),
    );
    return { value, isCut: removeDeeplyNestedValues(value) };
  } catch {
    return undefined;
  }
}
