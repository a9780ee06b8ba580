import { ConfigError, exit, UnreachableError, UpcError } from '../core/errors.ts';

/** What the sandbox says of itself. */
export interface Summary {
  readonly seed: string;
  readonly servers: number;
  readonly addresses: number;
  readonly load_balancers: number;
  /** Cents. */
  readonly credits: number;
  readonly address_selection: boolean;
}

export interface ControlRequest {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly path: string;
  readonly body?: object;
}

const unwritable = 'Its folder must be writable; UPC_SANDBOX_DIR names another, `upc sandbox status` shows the file.';
const PATIENCE_MS = 10_000;

/**
 * Asks one of the sandbox's control routes, which are no part of the API.
 * @throws UpcError where it refuses, ConfigError where it cannot keep the change, UnreachableError where there is no answer
 */
export async function control<T>(origin: string, { method, path, body }: ControlRequest): Promise<T> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const headers = { 'content-type': 'application/json' };
  const init = body === undefined ? { method, signal } : { method, signal, headers, body: JSON.stringify(body) };
  const response = await fetch(`${origin}${path}`, init).catch((cause: unknown) => {
    throw new UnreachableError(`The sandbox at ${origin} does not answer.`, {
      hint: 'See `upc sandbox status`.',
      cause,
    });
  });
  const answer = (await response.json()) as T & { error?: { error_code: string; error_message: string } };
  if (response.ok) return answer;
  const { error_code: code = 'SANDBOX_REFUSED', error_message: message = 'no reason given' } = answer.error ?? {};
  if (response.status >= 500) throw new ConfigError('The sandbox could not keep the change.', unwritable, code);
  throw new UpcError(exit.failure, `The sandbox rejected the request: ${message}`, { code, status: response.status });
}

export function summary(origin: string): Promise<Summary> {
  return control<Summary & { program: string }>(origin, { method: 'GET', path: '/sandbox' }).then(onlySummary);
}

/** Without the name by which a stranger tells what answers here. */
export function onlySummary({ program: _, ...rest }: Summary & { program: string }): Summary {
  return rest;
}
