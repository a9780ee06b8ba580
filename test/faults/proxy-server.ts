import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { certificate } from './fault-server.ts';

export interface ProxyServer {
  /** `127.0.0.1:port`; `localhost:port` over TLS. */
  readonly host: string;
  /** What it was asked for, as `CONNECT authority`. */
  readonly asked: readonly string[];
  /** Headers and bytes of the tunnels. */
  readonly seen: () => string;
}

interface ProxyOptions {
  /** What it says to each CONNECT; it connects to the target where it says 200. */
  readonly status?: number;
  /** `user:password` that it requires. */
  readonly credentials?: string;
  /** The certificate of a proxy that is reached over TLS. */
  readonly tls?: string;
  /** It takes the request and never responds. */
  readonly isSilent?: boolean;
}

/** A proxy that only tunnels, to this machine, and keeps what it sees. */
export async function proxyServer({
  status = 200,
  credentials,
  tls,
  isSilent,
}: ProxyOptions = {}): Promise<ProxyServer> {
  const asked: string[] = [];
  const sockets: Socket[] = [];
  let seen = '';
  const server = tls
    ? createTlsServer({ cert: readFileSync(certificate(tls)), key: readFileSync(certificate(`${tls}-key`)) })
    : createServer();
  const expected = credentials && `Basic ${Buffer.from(credentials).toString('base64')}`;
  server.on('connect', ({ method, url = '', headers }, socket: Socket) => {
    asked.push(`${method} ${url}`);
    sockets.push(socket.on('error', () => {}));
    seen += JSON.stringify(headers);
    if (isSilent) return;
    const says = expected && headers['proxy-authorization'] !== expected ? 407 : status;
    if (says !== 200) return void socket.end(`HTTP/1.1 ${says} No\r\n\r\n`);
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
    asked,
    seen: () => seen,
  };
}
