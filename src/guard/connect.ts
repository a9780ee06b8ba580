import { lookup } from 'node:dns/promises';
import type { Socket } from 'node:net';
import { CONNECTION_ATTEMPT_DELAY_MS, connectToFirstResponding, DialError, openSocket } from '../core/dial.ts';

/** Resolves names and opens sockets. Tests pass their own implementation. */
export interface GuardNetwork {
  lookUp(host: string): Promise<readonly string[]>;
  connect(address: string, port: number): Socket;
}

export const systemNetwork: GuardNetwork = {
  lookUp: async (host) => (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address),
  connect: openSocket,
};

/** An attempt to connect, still in progress. */
export interface PendingConnection {
  /** Resolves with the first socket that connects. Rejects with an Error that names the tried addresses. */
  readonly socket: Promise<Socket>;
  /**
   * Returns the addresses tried so far, with the error of each failed attempt, as part of a sentence: "192.0.2.1
   * (ECONNREFUSED)".
   */
  formatTriedAddresses(): string;
  cancel(): void;
}

/**
 * Connects to the first of the addresses that responds (T-22).
 * @param timeoutMs the time limit of the whole check. The wait between attempts is shorter for many addresses, so that all
 *   are tried
 */
export function connectToFirstAddress(
  addresses: Promise<readonly string[]>,
  port: number,
  timeoutMs: number,
  { connect }: GuardNetwork,
): PendingConnection {
  const cancelling = new AbortController();
  const codes = new Map<string, string>();
  const formatTriedAddresses = () =>
    [...codes].map(([address, code]) => (code === '' ? address : `${address} (${code})`)).join(', ');
  const openConnection = async () => {
    const all = await addresses;
    const attemptDelayMs = Math.min(CONNECTION_ATTEMPT_DELAY_MS, timeoutMs / (2 * all.length));
    const onAttempt = (address: string, code = '') => void codes.set(address, code);
    try {
      return await connectToFirstResponding(all, {
        port,
        attemptDelayMs,
        signal: cancelling.signal,
        onAttempt,
        connect,
      });
    } catch (error) {
      throw error instanceof DialError ? new Error(`no connection to ${formatTriedAddresses()}`) : error;
    }
  };
  return { socket: openConnection(), formatTriedAddresses, cancel: () => cancelling.abort() };
}
