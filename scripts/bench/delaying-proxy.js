import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Starts a proxy on loopback that simulates a slow network. The proxy delays all bytes to and from `port` by half of `roundTrip`, in
 * milliseconds. A TCP handshake on loopback takes no time. To simulate a slow handshake, the proxy delays the first bytes of a client by
 * one more round trip.
 * @returns the port of the proxy
 */
export async function startDelayingProxy(roundTrip, port) {
  const server = createServer({ noDelay: true }, (client) => {
    const connected = performance.now() + roundTrip;
    const origin = connect({ port, host: '127.0.0.1', noDelay: true });
    forwardWithDelay(client, origin, () => Math.max(connected, performance.now()) + roundTrip / 2);
    forwardWithDelay(origin, client, () => performance.now() + roundTrip / 2);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server.address().port;
}

/** Passes all data on, in the same order. `arrival` returns the time at which data that is received now must be passed on. */
function forwardWithDelay(from, to, arrival) {
  let last = Promise.resolve();
  const runAfterDelay = (work) => {
    const at = arrival();
    last = last.then(() => sleep(Math.max(0, at - performance.now()))).then(work);
  };
  from.on('data', (bytes) => runAfterDelay(() => to.writable && to.write(bytes)));
  from.on('end', () => runAfterDelay(() => to.end()));
  from.on('error', () => to.destroy());
}
