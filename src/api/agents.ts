import http, { type ClientRequestArgs } from 'node:http';
import https, { type RequestOptions } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { SecureContext, TLSSocket } from 'node:tls';
import { withoutBrackets } from '../core/brackets.ts';
import { dial, type Lookup } from '../core/dial.ts';
import { completeHandshake } from './handshake.ts';
import type { HttpProxy } from './proxy.ts';
import { openTunnel } from './tunnel.ts';

export interface AgentOptions {
  /** The proxy for https targets; undefined for a direct connection. */
  readonly proxy: HttpProxy | undefined;
  /** The trusted certificate authorities; undefined for Node's own. */
  readonly secureContext: SecureContext | undefined;
  readonly lookup: Lookup | undefined;
  /** When this signal is aborted, open connection attempts end. */
  readonly signal: AbortSignal;
}

export interface Agents {
  readonly http: http.Agent;
  readonly https: https.Agent;
}

/**
 * Creates agents that hand out a socket only when it is connected and, for https, its handshake is complete. A request
 * without a socket therefore cannot have sent a byte (T-4).
 */
export function createAgents(options: AgentOptions): Agents {
  return { http: new PlainAgent(options), https: new SecureAgent(options) };
}

type Callback = (error: Error | null, stream: Duplex) => void;

const settings = { keepAlive: true, maxSockets: 16 };

class PlainAgent extends http.Agent {
  readonly #options: AgentOptions;

  constructor(options: AgentOptions) {
    super(settings);
    this.#options = options;
  }

  override createConnection(target: ClientRequestArgs, callback?: Callback): undefined {
    passToCallback(openSocket(target, this.#options), callback);
  }
}

class SecureAgent extends https.Agent {
  readonly #options: AgentOptions;

  constructor(options: AgentOptions) {
    super(settings);
    this.#options = options;
  }

  override createConnection(target: RequestOptions, callback?: Callback): undefined {
    passToCallback(this.#open(target), callback);
  }

  async #open(target: RequestOptions): Promise<Duplex> {
    const { secureContext, signal } = this.#options;
    const socket = await openSocket(target, this.#options);
    // All connections share one context: to create one, Node parses the whole store of authorities (30 ms).
    const options = { ...target, socket, ...(secureContext && { secureContext }) };
    return completeHandshake(super.createConnection(options) as TLSSocket, signal);
  }
}

function passToCallback(opening: Promise<Duplex>, callback: Callback | undefined): void {
  opening.then(
    (socket) => callback?.(null, socket),
    (error: Error) => callback?.(error, undefined as unknown as Duplex),
  );
}

function openSocket(
  target: ClientRequestArgs,
  { proxy, secureContext, lookup, signal }: AgentOptions,
): Promise<Socket> {
  const host = withoutBrackets(String(target.host));
  const port = Number(target.port);
  if (proxy) return openTunnel(proxy, { host, port }, { secureContext, lookup, signal });
  return dial({ host, port, lookup, signal });
}
