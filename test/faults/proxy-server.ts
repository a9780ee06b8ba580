import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { certificatePath } from './fault-server.ts';

export interface ProxyServer {
  /** The host and the port of the proxy: `127.0.0.1:<port>`, or `localhost:<port>` with TLS. */
  readonly host: string;
  /** The requests that the proxy received, as `CONNECT authority`. */
  readonly requests: readonly string[];
  /** Returns the headers of the requests and the bytes in the tunnels. */
  readonly seen: () => string;
}

interface ProxyOptions {
  /** The status of the response to each CONNECT. With 200, the proxy connects to the target. */
  readonly status?: number;
  /** The `user:password` that the proxy requires. */
  readonly credentials?: string;
  /** The name of the proxy's certificate; undefined for a proxy without TLS. */
  readonly tls?: string;
  /** Whether the proxy accepts requests but never responds. */
  readonly isSilent?: boolean;
}

/** Starts a proxy. All its tunnels lead to this machine, and it records what it receives. */
export async function startProxyServer({
  status = 200,
  credentials,
  tls,
  isSilent,
}: ProxyOptions = {}): Promise<ProxyServer> {
  const requests: string[] = [];
  const sockets: Socket[] = [];
  let seen = '';
  const server = tls
    ? createTlsServer({ cert: readFileSync(certificatePath(tls)), key: readFileSync(certificatePath(`${tls}-key`)) })
    : createServer();
  const expected = credentials && `Basic ${Buffer.from(credentials).toString('base64')}`;
  server.on('connect', ({ method, url = '', headers }, socket: Socket) => {
    requests.push(`${method} ${url}`);
    sockets.push(socket.on('error', () => {}));
    seen += JSON.stringify(headers);
    if (isSilent) return;
    const actual = expected && headers['proxy-authorization'] !== expected ? 407 : status;
    if (actual !== 200) return void socket.end(`HTTP/1.1 ${actual} No\r\n\r\n`);
    const target = connect(Number(/\d+$/.exec(url)?.[0]), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.on('data', (chunk) => {
        seen += chunk.toString('latin1');
      });
      socket.pipe(target).pipe(socket);
    }).on('error', () => socket.destroy());
    sockets.push(target);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    host: `${tls ? 'localhost' : '127.0.0.1'}:${(server.address() as AddressInfo).port}`,
    requests,
    seen: () => seen,
  };
}
