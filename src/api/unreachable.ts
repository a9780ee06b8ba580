import { removeBrackets } from '../core/brackets.ts';
import type { Deadline } from '../core/clock.ts';
import { UnreachableError } from '../core/errors.ts';
import type { ProxyLabel } from './proxy.ts';
import type { WireFailure } from './wire.ts';

/** The origin of a request, and the deadline of the command. */
export interface RequestTarget {
  readonly origin: string;
  readonly deadline: Deadline;
}

/** Returns the error for a request that got no response. */
export function createUnreachableError(failure: WireFailure, { deadline, origin }: RequestTarget): UnreachableError {
  const { code, proxy } = failure;
  if (code === 'TIMED_OUT' && deadline.remaining() <= 0) {
    return new UnreachableError(`Timed out after ${deadline.totalMs / 1_000} s.`, {
      code: 'TIMED_OUT',
      hint: 'Run the command again, or allow more time with --timeout <seconds>.',
    });
  }
  const reason = isCertificateError(code) ? [certificateHint, failure.certificateNote ?? []].flat() : [];
  if (proxy) {
    return new UnreachableError(`The proxy ${proxy.name} ${describeProxyFailure(code, proxy, origin)}.`, {
      code: 'PROXY_FAILED',
      hint: [...reason, ...createProxyHint(failure, proxy, origin)],
    });
  }
  return new UnreachableError(`The API cannot be reached: ${describeNetworkFailure(code)}.`, {
    code: 'UNREACHABLE',
    hint:
      reason.length > 0
        ? reason
        : [
            `${describeAttempts(failure, origin)}Check the network and the address ${origin}. Behind a proxy, set HTTPS_PROXY.`,
            'Nothing was changed.',
          ],
  });
}

const certificateHint =
  'upc always verifies TLS certificates. Add a private certificate authority with --ca-file or NODE_EXTRA_CA_CERTS.';

function isCertificateError(code: string): boolean {
  return /CERT|SSL|TLS|SIGNATURE|ISSUER/.test(code);
}

/**
 * Returns a sentence with each tried address and its error code. Returns an empty text if the user gave an IP address instead
 * of a hostname.
 */
function describeAttempts({ attempts = [] }: WireFailure, target: string): string {
  if (attempts.every(({ address }) => target.includes(address))) return '';
  return `Addresses tried for ${target}: ${attempts.map(({ address, code }) => `${address} (${code})`).join(', ')}. `;
}

function describeProxyFailure(code: string, { hasCredentials, variable }: ProxyLabel, origin: string): string {
  const status = /^PROXY_(\d+)$/.exec(code)?.[1];
  if (status === '407') {
    return hasCredentials
      ? `rejects the username or the password in ${variable} (HTTP 407)`
      : 'requires a username and a password (HTTP 407)';
  }
  if (status !== undefined) return `does not connect to ${new URL(origin).host} (HTTP ${status})`;
  if (code === 'PROXY_TIMEOUT') return `does not connect to ${new URL(origin).host} in time`;
  if (code.startsWith('HPE_')) return `does not respond as an HTTP proxy (${code})`;
  return `cannot be reached: ${describeNetworkFailure(code)}`;
}

function createProxyHint(failure: WireFailure, { name, variable }: ProxyLabel, origin: string): string[] {
  if (failure.code === 'PROXY_407') {
    return [
      `Set ${variable} to http://user:password@${name}. In the username and the password, write %25 for a percent sign and %40 for an @.`,
    ];
  }
  const host = removeBrackets(new URL(origin).hostname);
  return [
    `${describeAttempts(failure, name)}Check ${variable}, which names the proxy. To connect without it, add ${host} to NO_PROXY.`,
    'Nothing was changed.',
  ];
}

const failureTextsByCode: Record<string, string> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was reset',
  ENOTFOUND: 'its hostname is unknown',
  EAI_AGAIN: 'the name server does not respond',
  ETIMEOUT: 'the name server does not respond in time',
  ENETUNREACH: 'there is no route to its network',
  EHOSTUNREACH: 'there is no route to its host',
  ETIMEDOUT: 'it does not respond in time',
  TIMED_OUT: 'it does not respond in time',
  INTERRUPTED: 'the command was interrupted',
  GIVEN_UP: 'the command ended before a response arrived',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate chain is self-signed',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate cannot be verified',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is from an unknown authority',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
};

function describeNetworkFailure(code: string): string {
  return failureTextsByCode[code] ? `${failureTextsByCode[code]} (${code})` : code;
}
