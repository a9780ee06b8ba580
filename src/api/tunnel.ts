import { request } from 'node:http';
import { isIP, isIPv6, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { DialError, dial, type FailedAttempt, type Lookup } from '../core/dial.ts';
import type { SecureContextProvider } from './authorities.ts';
import { waitForHandshake } from './handshake.ts';
import type { HttpProxy, ProxyLabel } from './proxy.ts';

/** The proxy cannot be reached, or it does not connect to the target. Nothing was sent to the target. */
export class ProxyError extends Error {
  /** `PROXY_` and the HTTP status if the proxy sent one, such as `PROXY_407`; else a system, TLS or parser code. */
  readonly code: string;
  readonly proxy: ProxyLabel;
  readonly attempts: readonly FailedAttempt[];

  constructor(code: string, { name, variable, hasCredentials }: ProxyLabel, attempts: readonly FailedAttempt[] = []) {
    super(`no connection through the proxy (${code})`);
    this.code = code;
    this.proxy = { name, variable, hasCredentials };
    this.attempts = attempts;
  }
}

interface TunnelOptions {
  readonly trust: SecureContextProvider | undefined;
  readonly lookup: Lookup | undefined;
  readonly signal: AbortSignal;
}

/** Opens a connection to the target through the proxy with CONNECT (T-11). @throws ProxyError */
export async function openTunnel(
  proxy: HttpProxy,
  target: { readonly host: string; readonly port: number },
  options: TunnelOptions,
): Promise<Socket> {
  try {
    return await requestTunnel(await connectToProxy(proxy, options), proxy, target, options.signal);
  } catch (error) {
    if (error instanceof ProxyError) throw error;
    const { code } = error as { code?: unknown };
    throw new ProxyError(
      typeof code === 'string' ? code : 'UNKNOWN',
      proxy,
      error instanceof DialError ? error.attempts : [],
    );
  }
}

async function connectToProxy(proxy: HttpProxy, { trust, lookup, signal }: TunnelOptions): Promise<Socket> {
  const { host, port } = proxy;
  const socket = await dial({ host, port, lookup, signal });
  if (!proxy.secure) return socket;
  const servername = isIP(host) ? '' : host;
  return waitForHandshake(
    connectTls({ socket, host, servername, rejectUnauthorized: true, secureContext: trust?.() }),
    signal,
  );
}

/** How long the proxy may take to connect to the target, in milliseconds (T-3). */
const CONNECT_TIMEOUT_MS = 20_000;

function requestTunnel(
  socket: Socket,
  proxy: HttpProxy,
  target: { readonly host: string; readonly port: number },
  signal: AbortSignal,
): Promise<Socket> {
  const authority = `${isIPv6(target.host) ? `[${target.host}]` : target.host}:${target.port}`;
  const connectRequest = request({
    method: 'CONNECT',
    path: authority,
    headers: {
      host: authority,
      // Without this header, Node asks the proxy to close the connection.
      connection: 'keep-alive',
      'user-agent': `upcloud-ip/${UPC_VERSION}`,
      ...(proxy.authorization !== undefined && { 'proxy-authorization': proxy.authorization }),
    },
    createConnection: () => socket,
    signal,
  });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => connectRequest.destroy(new ProxyError('PROXY_TIMEOUT', proxy)), CONNECT_TIMEOUT_MS);
    connectRequest.once('close', () => clearTimeout(timer));
    // Use on(), not once(): without a listener, a later error would end the process.
    connectRequest.on('error', reject);
    connectRequest.once('connect', ({ statusCode = 0 }, tunnel: Socket, head) => {
      clearTimeout(timer);
      if (statusCode >= 200 && statusCode < 300) {
        if (head.length > 0) tunnel.unshift(head);
        resolve(tunnel);
      } else {
        tunnel.destroy();
        reject(new ProxyError(`PROXY_${statusCode}`, proxy));
      }
    });
    connectRequest.end();
  });
}
