import { once } from 'node:events';
import type { TLSSocket } from 'node:tls';
import { DialError } from '../core/dial.ts';

const HANDSHAKE_MS = 5_000;

/** Waits for the handshake and the check of the certificate (T-3, T-11). @throws the socket's error; DialError */
export async function completeHandshake(socket: TLSSocket, signal: AbortSignal): Promise<TLSSocket> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), HANDSHAKE_MS);
  // An error that comes while nobody waits must not end the process.
  socket.on('error', () => {});
  try {
    await once(socket, 'secureConnect', { signal: AbortSignal.any([signal, limit.signal]) });
    return socket;
  } catch (error) {
    socket.destroy();
    if (limit.signal.aborted) throw new DialError('ETIMEDOUT');
    throw signal.aborted ? new DialError('ABORT_ERR') : error;
  } finally {
    clearTimeout(timer);
  }
}
