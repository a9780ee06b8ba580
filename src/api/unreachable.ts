import type { Deadline } from '../core/clock.ts';
import { UnreachableError } from '../core/errors.ts';

/** Where, and until when. */
export interface Asked {
  readonly origin: string;
  readonly deadline: Deadline;
}

/** The error for a request that got no answer, by its system or TLS error code. */
export function unreachable(code: string, { deadline, origin }: Asked): UnreachableError {
  if (code === 'TIMED_OUT' && deadline.remaining() <= 0) {
    return new UnreachableError(`Timed out after ${deadline.totalMs / 1_000} s.`, {
      code: 'TIMED_OUT',
      hint: 'Run it again, or allow more time with --timeout <seconds>.',
    });
  }
  return new UnreachableError(`The API cannot be reached: ${failureText(code)}.`, {
    code: 'UNREACHABLE',
    hint: /CERT|SSL|TLS|SIGNATURE|ISSUER/.test(code)
      ? 'TLS is always verified. A private certificate authority is added with --ca-file or NODE_EXTRA_CA_CERTS.'
      : [`It was looked for at ${origin}: check the network, HTTPS_PROXY and --api-url.`, 'Nothing was changed.'],
  });
}

const failureTexts: Record<string, string> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was cut',
  ENOTFOUND: 'its hostname is unknown',
  EAI_AGAIN: 'the name server does not answer',
  ETIMEDOUT: 'it does not answer in time',
  TIMED_OUT: 'it does not answer in time',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate chain is self-signed',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate cannot be verified',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
};

function failureText(code: string): string {
  if (code.startsWith('PROXY_')) return `the proxy refuses or does not answer (${code})`;
  return failureTexts[code] ? `${failureTexts[code]} (${code})` : code;
}
