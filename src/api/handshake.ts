import { once } from 'node:events';
import type { TLSSocket } from 'node:tls';
import { DialError } from '../core/dial.ts';
import { mergeSignals } from '../core/merge-signals.ts';

const HANDSHAKE_TIMEOUT_MS = 5_000;

/**
 * Waits until the handshake is complete and the certificate is verified, for at most 5 seconds (T-3, T-11).
 * @throws the socket's error; DialError with the code ETIMEDOUT, or ABORT_ERR if the signal is aborted
 */
export async function waitForHandshake(socket: TLSSocket, signal: AbortSignal): Promise<TLSSocket> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), HANDSHAKE_TIMEOUT_MS);
  const either = mergeSignals([signal, limit.signal]);
  // Without a listener, a later error of the socket would end the process.
  socket.on('error', () => {});
  try {
    await once(socket, 'secureConnect', { signal: either.signal });
    return socket;
  } catch (error) {
    socket.destroy();
    if (limit.signal.aborted) throw new DialError('ETIMEDOUT');
    throw signal.aborted ? new DialError('ABORT_ERR') : error;
  } finally {
    clearTimeout(timer);
    either.release();
  }
}
