import type { Lookup } from '../core/dial.ts';
import { createSharedController } from '../core/shared-controller.ts';
import { createAgents } from './agents.ts';
import type { Trust } from './authorities.ts';
import { createSenderLoader } from './load-sender.ts';
import type { HttpProxy } from './proxy.ts';
import type { SentRequest, WireResult } from './wire.ts';

export interface Connection {
  sendOnce(request: SentRequest): Promise<WireResult>;
  /** Ends all requests without a retry. */
  close(): void;
  readonly closed: AbortSignal;
}

export interface WireOptions {
  /** The proxy for https targets; undefined for a direct connection. */
  readonly proxy?: HttpProxy | undefined;
  /** The trusted certificate authorities; undefined for Node's own. */
  readonly trust?: Trust | undefined;
  readonly lookup?: Lookup | undefined;
  /** A hint to show if a certificate is rejected. */
  readonly certificateNote?: string | undefined;
}

/** Creates the connections of one command, which stay open between its requests. */
export function createConnection({ proxy, trust, lookup, certificateNote }: WireOptions): Connection {
  const closing = createSharedController();
  const agents = createAgents({ proxy, trust, lookup, signal: closing.signal });
  const loadSender = createSenderLoader(agents);
  return {
    async sendOnce(request) {
      const sendOnce = await loadSender(request.url, request.followers);
      const result = await sendOnce(request, agents, closing.signal);
      return result.kind === 'failure' ? { ...result, certificateNote } : result;
    },
    closed: closing.signal,
    close() {
      closing.abort('closed');
      agents.close();
    },
  };
}
