import { UpcError } from '../core/errors.ts';
import { joinHints } from '../core/hint.ts';
import type { Api } from './transport.ts';

/** Where the credentials came from, without secrets, and what to do if they are rejected. */
export interface CredentialSource {
  readonly source: string;
  /** What to do if the credentials are rejected, as the end of a sentence: "check that variable". */
  readonly remedy: string;
  /**
   * Returns an error if the sandbox could not store a change, else undefined. This error replaces the error of the request,
   * because the HTTP response does not say why the change was not stored.
   */
  readonly fault?: () => UpcError | undefined;
}

/** Returns an API whose errors for 401 and 403 name the source of the credentials. */
export function withCredentialHint(api: Api, origin: CredentialSource): Api {
  const withHint = async <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      throw origin.fault?.() ?? addSourceHint(error, origin);
    });
  return {
    ...api,
    read: (segments, schema, options) => withHint(api.read(segments, schema, options)),
    observe: (segments, schema) => withHint(api.observe(segments, schema)),
    change: (request, schema) => withHint(api.change(request, schema)),
  };
}

function addSourceHint(error: unknown, { source, remedy }: CredentialSource): unknown {
  if (!(error instanceof UpcError) || (error.status !== 401 && error.status !== 403)) return error;
  const { exitCode, message, code, status, cause } = error;
  const from = source.replace(/^environment/, 'the environment');
  const hint =
    status === 401
      ? `The credentials came from ${from}: ${remedy}.`
      : joinHints(...error.hints, `The credentials came from ${from}.`);
  return new UpcError(exitCode, message, { code, status, hint, cause });
}
