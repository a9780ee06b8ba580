import { removeBrackets } from '../core/brackets.ts';
import { UsageError } from '../core/errors.ts';
import { isSameAddress } from './address.ts';

/** A parsed value of `--check`. */
export type HealthCheck =
  /** Healthy if the status is 2xx or 3xx. */
  | { readonly kind: 'http'; readonly url: URL }
  /** Healthy if the connection opens. */
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  /** Healthy if the command exits with status 0. */
  | { readonly kind: 'command'; readonly line: string };

/**
 * Parses `http://…`, `https://…` or `tcp:host:port`; any other text is a shell command.
 * @throws UsageError
 */
export function parseHealthCheck(text: string): HealthCheck {
  if (/^https?:/i.test(text)) return parseHttpCheck(text);
  if (/^tcp:/i.test(text)) return parseTcpCheck(text);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text))
    throw createInvalidCheckError(`'${text}' has a scheme that is not supported`);
  if (text.trim() === '') throw createInvalidCheckError('The check is empty');
  return { kind: 'command', line: text };
}

function parseHttpCheck(text: string): HealthCheck {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.hostname === '' || !/^https?:\/\//i.test(text))
    throw createInvalidCheckError(`'${text}' is not a URL`);
  return { kind: 'http', url };
}

function parseTcpCheck(text: string): HealthCheck {
  const [, bracketed, plain, digits] = /^tcp:(?:\[([^\]]+)\]|([^:[\]\s/]+)):(\d{1,5})$/i.exec(text) ?? [];
  const port = Number(digits);
  const host = bracketed ?? plain;
  if (host === undefined || !(port >= 1 && port <= 65_535))
    throw createInvalidCheckError(`'${text}' is not tcp:host:port`);
  return { kind: 'tcp', host, port };
}

function createInvalidCheckError(why: string): UsageError {
  return new UsageError(
    `${why}.`,
    'Give a URL (http or https), tcp:host:port, or a command, such as: --check https://192.0.2.10/health',
  );
}

/**
 * Checks that the health check does not use the guarded address. After a failover, such a check would test the standby
 * instead of the primary.
 * @throws UsageError
 */
export function assertCheckTargetsPrimary(address: string, check: HealthCheck): void {
  const host = check.kind === 'http' ? removeBrackets(check.url.hostname) : check.kind === 'tcp' ? check.host : '';
  if (!isSameAddress(host, address)) return;
  throw new UsageError(
    `The check uses ${address} itself: after a failover it would check the wrong server.`,
    (upc) =>
      `Check an address that stays on the primary server. List the addresses of that server with \`${upc('ip list --server <server>')}\`.`,
  );
}
