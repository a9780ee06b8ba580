import { UpcError } from '../core/errors.ts';
import { joinHints } from '../core/hint.ts';
import type { Api } from './transport.ts';

/** Where credentials came from, in words that may be shown, and what to do when they are refused. */
export interface CredentialSource {
  readonly source: string;
  /** Continues a sentence: "sign in again with …". */
  readonly remedy: string;
  /** Why the service itself failed, where this program runs it: the sandbox. */
  readonly fault?: () => UpcError | undefined;
}

/** Returns an API whose 401 and 403 name the credentials that were used. */
export function withCredentialHint(api: Api, origin: CredentialSource): Api {
  const explained = async <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      throw origin.fault?.() ?? withSource(error, origin);
    });
  return {
    ...api,
    read: (segments, schema, options) => explained(api.read(segments, schema, options)),
    change: (request, schema) => explained(api.change(request, schema)),
  };
}

function withSource(error: unknown, { source, remedy }: CredentialSource): unknown {
  if (!(error instanceof UpcError) || (error.status !== 401 && error.status !== 403)) return error;
  const { exitCode, message, code, status, cause } = error;
  const from = source.replace(/^environment/, 'the environment');
  const hint =
    status === 401
      ? `The credentials came from ${from}: ${remedy}.`
      : joinHints(...error.hints, `The credentials came from ${from}.`);
  return new UpcError(exitCode, message, { code, status, hint, cause });
}
