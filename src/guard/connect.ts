import { lookup } from 'node:dns/promises';
import type { Socket } from 'node:net';
import { connectToFirst, DialError, HEAD_START_MS, openSocket } from '../core/dial.ts';

/** How names become addresses and addresses become sockets; tests pass their own. */
export interface Network {
  lookUp(host: string): Promise<readonly string[]>;
  connect(address: string, port: number): Socket;
}

export const systemNetwork: Network = {
  lookUp: async (host) => (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address),
  connect: openSocket,
};

/** A connection that is being opened. */
export interface Opening {
  /** Resolves with the first socket that connects. @throws Error whose message names the tried addresses */
  readonly socket: Promise<Socket>;
  /** Returns the addresses tried so far, each with its error, as part of a sentence; empty before the first. */
  tried(): string;
  cancel(): void;
}

/**
 * Connects to the first of the addresses that responds (T-22).
 * @param timeoutMs the time of the whole check: with many addresses, the head starts are shorter, so that all are tried in time
 */
export function openConnection(
  addresses: Promise<readonly string[]>,
  port: number,
  timeoutMs: number,
  { connect }: Network,
): Opening {
  const cancelling = new AbortController();
  const codes = new Map<string, string>();
  const tried = () => [...codes].map(([address, code]) => (code === '' ? address : `${address} (${code})`)).join(', ');
  const open = async () => {
    const all = await addresses;
    const headStartMs = Math.min(HEAD_START_MS, timeoutMs / (2 * all.length));
    const onAttempt = (address: string, code = '') => void codes.set(address, code);
    try {
      return await connectToFirst(all, { port, headStartMs, signal: cancelling.signal, onAttempt, connect });
    } catch (error) {
      throw error instanceof DialError ? new Error(`no connection to ${tried()}`) : error;
    }
  };
  return { socket: open(), tried, cancel: () => cancelling.abort() };
}
