import { isAscii } from 'node:buffer';
import type { Clock } from '../core/clock.ts';
import { UnexpectedResponseError, UnreachableError, type UpcError } from '../core/errors.ts';
import { sanitize } from '../core/sanitize.ts';
import { createRejectionError } from './api-errors.ts';
import type { WireResponse, WireResult } from './connection.ts';
import { type ErrorBody, readErrorBody } from './error-body.ts';
import { cutNesting } from './nesting.ts';
import { parseRetryAfter } from './retry.ts';
import { type Asked, unreachable } from './unreachable.ts';

/** What an error needs to know of the request. */
interface Around extends Asked {
  readonly clock: Clock;
  readonly hide: (text: string) => string;
  readonly note: (text: string) => void;
}

/** A rejection by the API itself: a 4xx with its own error body. Anything else may come from something in between. */
export function isRejection(result: WireResponse): boolean {
  return result.status >= 400 && result.status < 500 && result.status !== 408 && errorBodyOf(result) !== undefined;
}

export function toRejectionError(result: WireResponse, { clock, hide }: Around): UpcError {
  const body = errorBodyOf(result);
  const shown = body && { ...body, message: cut(hide(body.message), 500) };
  return createRejectionError(result.status, shown, parseRetryAfter(result.retryAfter, clock.now()));
}

function errorBodyOf(result: WireResponse): ErrorBody | undefined {
  return isJson(result) ? readErrorBody(parseJson(result.body)?.value) : undefined;
}

/** Only the documented 204 says that it was done: whatever stands in between can send an empty 200. */
export function assertNoContent(result: WireResult, around: Around): undefined {
  if (result.kind === 'response' && result.status === 204) return undefined;
  readJsonResponse(result, around);
  throw unexpectedResponse(result as WireResponse, around);
}

/**
 * The JSON body of a good answer (T-12).
 * @throws UpcError: anything else as the error that it is
 */
export function readJsonResponse(result: WireResult, around: Around): unknown {
  if (result.kind === 'overflow') throw new UnexpectedResponseError('The answer is larger than 64 MiB and was given up.');
  if (result.kind === 'failure') throw unreachable(result, around);
  const body = isJson(result) ? parseJson(result.body) : undefined;
  if (result.status >= 400) {
    if (!isJson(result) && result.contentType !== '' && result.status !== 429) throw unexpectedResponse(result, around);
    throw toRejectionError(result, around);
  }
  if (result.status >= 300) {
    throw new UnexpectedResponseError(`Unexpected answer (HTTP ${result.status}): a redirect, which is never followed.`, {
      status: result.status,
      hint: 'Check the address of the API: --api-url, UPCLOUD_DEBUG_API_BASE_URL.',
    });
  }
  if (body === undefined) throw unexpectedResponse(result, around);
  if (body.isCut) around.note('The response nests values deeper than 100 levels. Those are left out.');
  return body.value;
}

function unexpectedResponse(result: WireResponse, { hide }: Around): UpcError {
  const type = cut(hide(sanitize(result.contentType || 'no content type')), 80);
  const spoilt = isJson(result) && result.body.length > 0;
  const what = result.body.length === 0 ? 'no content' : spoilt ? 'JSON that cannot be read' : type;
  const message = `Unexpected answer (HTTP ${result.status}, ${what}).`;
  const details = { code: 'UNEXPECTED_ANSWER', status: result.status };
  if (result.status >= 500)
    return new UnreachableError(message, {
      ...details,
      hint: 'Nothing was changed: it is safe to run this again later.',
    });
  return new UnexpectedResponseError(message, {
    ...details,
    hint: spoilt
      ? 'It was cut off or damaged on its way, or does not come from the API itself.'
      : 'This does not come from the API itself: look for a proxy in between, and check --api-url.',
  });
}

/** The beginning of a stranger's text: after hiding, or a secret across the end would show its first half. */
export function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}

function isJson(result: WireResponse): boolean {
  return /^application\/(problem\+)?json$/.test(result.contentType);
}

/**
 * The parsed body without what is nested too deep, or undefined where it is no JSON or not UTF-8. Nearly all of them are ASCII,
 * which need not be decoded.
 */
function parseJson(body: Buffer): { readonly value: unknown; readonly isCut: boolean } | undefined {
  try {
    const value: unknown = JSON.parse(
      isAscii(body) ? body.toString('latin1') : new TextDecoder('utf-8', { fatal: true }).decode(body),
    );
    return { value, isCut: cutNesting(value) };
  } catch {
    return undefined;
  }
}
