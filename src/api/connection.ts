import type { Lookup } from '../core/dial.ts';
import { createSharedController } from '../core/shared-controller.ts';
import { createHttpAgents } from './agents.ts';
import type { SecureContextProvider } from './authorities.ts';
import type { HttpProxy } from './proxy.ts';
import { createSendOnceLoader } from './send-once-loader.ts';
import type { WireRequest, WireResult } from './wire.ts';

export interface ApiConnection {
  sendOnce(request: WireRequest): Promise<WireResult>;
  /** Closes the connections. Requests in progress end, and they are not retried. */
  close(): void;
  readonly closed: AbortSignal;
}

export interface ConnectionOptions {
  /** The proxy for https targets; undefined for a direct connection. */
  readonly proxy?: HttpProxy | undefined;
  /** The trusted certificate authorities; undefined for Node's default ones. */
  readonly trust?: SecureContextProvider | undefined;
  readonly lookup?: Lookup | undefined;
  /** A hint to show if a certificate is rejected. */
  readonly certificateNote?: string | undefined;
}

/** Creates the connections of one command, which stay open between its requests. */
export function createConnection({ proxy, trust, lookup, certificateNote }: ConnectionOptions): ApiConnection {
  const closing = createSharedController();
  const agents = createHttpAgents({ proxy, trust, lookup, signal: closing.signal });
  const loadSender = createSendOnceLoader(agents);
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
