import { removeBrackets } from '../core/brackets.ts';
import type { Env } from '../core/environment.ts';
import { UsageError } from '../core/errors.ts';
import { isExcludedFromProxy } from './no-proxy.ts';

/** The parts of a proxy that may be shown (T-9). */
export interface ProxyLabel {
  /** The host and port, such as `proxy.example.com:3128`. */
  readonly name: string;
  /** The environment variable that names the proxy. */
  readonly variable: string;
  readonly hasCredentials: boolean;
}

export interface HttpProxy extends ProxyLabel {
  /** A hostname or an IP address. An IPv6 address has no brackets. */
  readonly host: string;
  readonly port: number;
  /** Whether the connection to the proxy uses TLS. */
  readonly secure: boolean;
  /** The value of `Proxy-Authorization`: a secret (T-9). */
  readonly authorization: string | undefined;
}

/**
 * Returns the proxy for an https origin from `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`. As in curl, the lower-case variable
 * has priority, and an empty variable counts as not set (T-11).
 * @throws UsageError if the value cannot be used; the error does not quote it, because it may contain a password (T-9)
 */
export function findProxy(origin: string, env: Env): HttpProxy | undefined {
  const variable = ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'].find((name) => env[name]?.trim());
  if (variable === undefined) return undefined;
  const { hostname, port } = new URL(origin);
  const excluded = env.no_proxy?.trim() || env.NO_PROXY || '';
  if (isExcludedFromProxy(removeBrackets(hostname), Number(port || 443), excluded)) return undefined;
  return parseProxy(env[variable]?.trim() ?? '', variable);
}

/**
 * Returns `username:password` of a URL, decoded; undefined without credentials.
 * @throws UsageError for an invalid percent code
 */
function decodeCredentials({ username, password }: URL, variable: string): string | undefined {
  if (username === '' && password === '') return undefined;
  try {
    return `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  } catch {
    throw createInvalidProxyError(
      `The username or the password of the proxy in ${variable} contains a % that does not begin a percent code such as %40.`,
      'Write %25 for a percent sign.',
    );
  }
}

function parseProxy(text: string, variable: string): HttpProxy {
  const scheme = /^([a-z][a-z\d+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase() ?? 'http';
  if (scheme.startsWith('socks')) {
    throw createInvalidProxyError(
      `${variable} names a SOCKS proxy, which is not supported.`,
      `Set ${variable} to an HTTP proxy, such as http://host:port, or unset it.`,
    );
  }
  const full = text.includes('://') ? text : `http://${text}`;
  const url = /^https?$/.test(scheme) && URL.canParse(full) ? new URL(full) : undefined;
  // Reject a URL with a path, query or fragment: such a part probably comes from an unescaped / ? or # in the password.
  if (!url || url.pathname.length > 1 || url.search !== '' || url.hash !== '') {
    throw createInvalidProxyError(
      `The value of ${variable} is not the URL of a proxy.`,
      `Set ${variable} to http://host:port, or unset it. In a username or a password, write %23 for #, %2F for /, %3F for ? and %40 for @.`,
    );
  }
  const credentials = decodeCredentials(url, variable);
  const secure = scheme === 'https';
  const port = Number(url.port || (secure ? 443 : 80));
  return {
    name: `${url.hostname}:${port}`,
    variable,
    hasCredentials: credentials !== undefined,
    host: removeBrackets(url.hostname),
    port,
    secure,
    authorization: credentials && `Basic ${Buffer.from(credentials, 'utf8').toString('base64')}`,
  };
}

function createInvalidProxyError(message: string, hint: string): UsageError {
  return new UsageError(message, hint, 'PROXY_INVALID');
}
