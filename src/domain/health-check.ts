import { UsageError } from '../core/errors.ts';
import { isSameAddress } from './address.ts';

/** How a server's health is asked for. */
export type HealthCheck =
  /** Healthy with a status of 2xx or 3xx. */
  | { readonly kind: 'http'; readonly url: URL }
  /** Healthy when the connection stands. */
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  /** Healthy when the shell ends it with status 0. */
  | { readonly kind: 'command'; readonly line: string };

/**
 * `http://…`, `https://…`, `tcp:host:port`, or else a command for the shell.
 * @throws UsageError
 */
export function parseCheck(text: string): HealthCheck {
  if (/^https?:/i.test(text)) return parseUrl(text);
  if (/^tcp:/i.test(text)) return parseTcp(text);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) throw badCheck(`'${text}' has a scheme that cannot be checked`);
  if (text.trim() === '') throw badCheck('The check is empty');
  return { kind: 'command', line: text };
}

function parseUrl(text: string): HealthCheck {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.hostname === '' || !/^https?:\/\//i.test(text)) throw badCheck(`'${text}' is not a URL`);
  return { kind: 'http', url };
}

function parseTcp(text: string): HealthCheck {
  const [, bracketed, plain, digits] = /^tcp:(?:\[([^\]]+)\]|([^:[\]\s/]+)):(\d{1,5})$/i.exec(text) ?? [];
  const port = Number(digits);
  const host = bracketed ?? plain;
  if (host === undefined || !(port >= 1 && port <= 65_535)) throw badCheck(`'${text}' is not tcp:host:port`);
  return { kind: 'tcp', host, port };
}

function badCheck(why: string): UsageError {
  return new UsageError(
    `${why}.`,
    'Give a URL (http or https), tcp:host:port, or a command, such as: --check https://192.0.2.10/health',
  );
}

/**
 * A check of the guarded address itself would follow it to the standby, and tell of the wrong server.
 * @throws UsageError
 */
export function assertChecksPrimary(address: string, check: HealthCheck): void {
  const host =
    check.kind === 'http' ? check.url.hostname.replace(/^\[|\]$/g, '') : check.kind === 'tcp' ? check.host : '';
  if (!isSameAddress(host, address)) return;
  throw new UsageError(
    `The check asks ${address} itself, which moves: it would tell of the wrong server.`,
    (upc) =>
      `Check an address that stays with the primary: \`${upc('ip list --server <server>')}\` shows the server's own.`,
  );
}
