import { sanitize } from '../core/sanitize.ts';

/** The content of an error body, in any of the API's three shapes. */
export interface ErrorBody {
  readonly code: string;
  /** The message in one line, with control characters escaped (T-13). */
  readonly message: string;
}

/** Error codes are shown and compared, so only the characters that the API uses are allowed. */
const ERROR_CODE = /^[A-Z][A-Z0-9_]{1,63}$/;

/**
 * Reads the three error shapes of the API: `{error:{error_code,error_message}}`, `{error:{code,message}}` and RFC 7807. For
 * RFC 7807, the code is the fragment of `type` without `ERROR_`, or else the whole `type`. Returns undefined for any other
 * body.
 */
export function toErrorBody(body: unknown): ErrorBody | undefined {
  if (!isRecord(body)) return undefined;
  if (isRecord(body.error)) {
    const { error } = body;
    return createErrorBody(error.error_code ?? error.code, error.error_message ?? error.message);
  }
  return createErrorBody(readProblemCode(body.type), readProblemMessage(body));
}

function readProblemCode(type: unknown): string | undefined {
  if (typeof type !== 'string') return undefined;
  const fragment = type.split('#').at(-1) ?? type;
  return fragment.replace(/^ERROR_/, '');
}

function readProblemMessage(body: Record<string, unknown>): string {
  const reasons = Array.isArray(body.invalid_params)
    ? body.invalid_params.filter(isRecord).map(({ name, reason }) => `${String(name)}: ${String(reason)}`)
    : [];
  return [body.title, ...reasons].filter((part) => typeof part === 'string').join('; ');
}

function createErrorBody(code: unknown, message: unknown): ErrorBody | undefined {
  if (typeof code !== 'string' || !ERROR_CODE.test(code)) return undefined;
  return { code, message: typeof message === 'string' ? sanitize(message) : '' };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
