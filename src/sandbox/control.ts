import { ConfigError, exit, UnreachableError, UpcError } from '../core/errors.ts';

/** A summary of the sandbox's state, as its control route `/sandbox` returns it. */
export interface SandboxSummary {
  readonly seed: string;
  readonly servers: number;
  readonly addresses: number;
  readonly load_balancers: number;
  /** The credits, in cents. */
  readonly credits: number;
  readonly address_selection: boolean;
}

export interface ControlRequest {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly path: string;
  readonly body?: object;
}

const unwritableFolderHint =
  'Make the folder of the sandbox state writable, or set UPC_SANDBOX_DIR to another folder. `upc sandbox status` shows the path of the state file.';
const REQUEST_TIMEOUT_MS = 10_000;

/**
 * Sends a request to a control route of the sandbox. Control routes are not part of UpCloud's API.
 * @returns the parsed body of the response
 * @throws UpcError if the sandbox rejects the request; ConfigError if the sandbox cannot store the change; UnreachableError
 *   if there is no response
 */
export async function sendControlRequest<T>(origin: string, { method, path, body }: ControlRequest): Promise<T> {
  const signal = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
  const headers = { 'content-type': 'application/json' };
  const init = body === undefined ? { method, signal } : { method, signal, headers, body: JSON.stringify(body) };
  const response = await fetch(`${origin}${path}`, init).catch((cause: unknown) => {
    throw new UnreachableError(`The sandbox at ${origin} does not respond.`, {
      hint: 'Check `upc sandbox status`.',
      cause,
    });
  });
  const content = (await response.json()) as T & { error?: { error_code: string; error_message: string } };
  if (response.ok) return content;
  const { error_code: code = 'SANDBOX_REFUSED', error_message: message = 'no reason given' } = content.error ?? {};
  if (response.status >= 500)
    throw new ConfigError('The sandbox could not store the change.', unwritableFolderHint, code);
  throw new UpcError(exit.failure, `The sandbox rejected the request: ${message}`, { code, status: response.status });
}

/** Fetches the summary from the sandbox at this origin. Throws the same errors as {@link sendControlRequest}. */
export function fetchSummary(origin: string): Promise<SandboxSummary> {
  return sendControlRequest<SandboxSummary & { program: string }>(origin, { method: 'GET', path: '/sandbox' }).then(
    omitProgramField,
  );
}

/** Returns the summary without `program`. This field only identifies the sandbox to clients, so users need not see it. */
export function omitProgramField({ program: _, ...rest }: SandboxSummary & { program: string }): SandboxSummary {
  return rest;
}
