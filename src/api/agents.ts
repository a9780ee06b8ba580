import http, { type ClientRequestArgs } from 'node:http';
import https, { type RequestOptions } from 'node:https';
import { isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { removeBrackets } from '../core/brackets.ts';
import { dial, type Lookup } from '../core/dial.ts';
import type { SecureContextProvider } from './authorities.ts';
import { waitForHandshake } from './handshake.ts';
import type { HttpProxy } from './proxy.ts';
import { SocketPool } from './socket-pool.ts';
import { openTunnel } from './tunnel.ts';

export interface AgentOptions {
  /** The proxy for https targets; undefined for a direct connection. */
  readonly proxy: HttpProxy | undefined;
  /** The trusted certificate authorities; undefined for Node's default ones. */
  readonly trust: SecureContextProvider | undefined;
  readonly lookup: Lookup | undefined;
  /** When this signal is aborted, open connection attempts end. */
  readonly signal: AbortSignal;
}

export interface HttpAgents {
  readonly http: http.Agent;
  readonly https: https.Agent;
  /**
   * Opens a connection for the next request to the origin. Resolves when the connection is open or has failed, without
   * waiting for the TLS handshake.
   */
  open(origin: URL): Promise<void>;
  close(): void;
}

/**
 * Creates agents for one origin. They give a request its socket only when the connection is open and, for https, the TLS
 * handshake is complete. So a request that has no socket yet has sent nothing (T-4).
 */
export function createHttpAgents(options: AgentOptions): HttpAgents {
  const ready = new SocketPool();
  const [plain, secure] = [new PooledHttpAgent(options, ready), new PooledHttpsAgent(options, ready)];
  return {
    http: plain,
    https: secure,
    open: (origin) => (origin.protocol === 'https:' ? secure : plain).open(createConnectionTarget(origin)),
    close() {
      ready.close();
      plain.destroy();
      secure.destroy();
    },
  };
}

interface ConnectionTarget {
  readonly host: string;
  readonly port: number;
}

function createConnectionTarget({ hostname, port, protocol }: URL): ConnectionTarget {
  return { host: removeBrackets(hostname), port: Number(port || (protocol === 'https:' ? 443 : 80)) };
}

type SocketCallback = (error: Error | null, stream: Duplex) => void;

const agentSettings = { keepAlive: true, maxSockets: 16 };

class PooledHttpAgent extends http.Agent {
  readonly #options: AgentOptions;
  readonly #ready: SocketPool;

  constructor(options: AgentOptions, ready: SocketPool) {
    super(agentSettings);
    this.#options = options;
    this.#ready = ready;
  }

  override createConnection(target: ClientRequestArgs, callback?: SocketCallback): undefined {
    passSocketToCallback(
      this.#ready.takeOr(() => openSocket(target, this.#options)),
      callback,
    );
  }

  async open(target: ConnectionTarget): Promise<void> {
    const opening = openSocket(target, this.#options);
    this.#ready.add(opening);
    await opening.catch(() => {});
  }
}

class PooledHttpsAgent extends https.Agent {
  readonly #options: AgentOptions;
  readonly #ready: SocketPool;

  constructor(options: AgentOptions, ready: SocketPool) {
    super(agentSettings);
    this.#options = options;
    this.#ready = ready;
  }

  override createConnection(target: RequestOptions, callback?: SocketCallback): undefined {
    passSocketToCallback(
      this.#ready.takeOr(() => this.#secure(openSocket(target, this.#options), target)),
      callback,
    );
  }

  async open(target: ConnectionTarget): Promise<void> {
    const connecting = openSocket(target, this.#options);
    // Send no TLS server name for an IP address, as in Node's own requests.
    const servername = isIP(target.host) ? '' : target.host;
    this.#ready.add(this.#secure(connecting, { ...this.options, ...target, servername }));
    // Let the connection attempt start before parsing the certificate authorities, so that both take place at the same time.
    await setImmediate();
    this.#options.trust?.();
    await connecting.catch(() => {});
  }

  async #secure(connecting: Promise<Socket>, target: RequestOptions): Promise<Duplex> {
    const { trust, signal } = this.#options;
    const socket = await connecting;
    // Share one secure context between all connections, because Node needs 30 ms to create one. Set `rejectUnauthorized`, so
    // that no environment variable can disable the verification (T-11).
    const options = { ...target, rejectUnauthorized: true, socket, ...(trust && { secureContext: trust() }) };
    return waitForHandshake(super.createConnection(options) as TLSSocket, signal);
  }
}

function passSocketToCallback(opening: Promise<Duplex>, callback: SocketCallback | undefined): void {
  opening.then(
    (socket) => callback?.(null, socket),
    (error: Error) => callback?.(error, undefined as unknown as Duplex),
  );
}

function openSocket(target: ClientRequestArgs, { proxy, trust, lookup, signal }: AgentOptions): Promise<Socket> {
  const host = removeBrackets(String(target.host));
  const port = Number(target.port);
  if (proxy) return openTunnel(proxy, { host, port }, { trust, lookup, signal });
  return dial({ host, port, lookup, signal });
}
