import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Starts a line on loopback to the port behind it. Each direction takes half of `roundTrip` milliseconds. Loopback completes
 * TCP handshakes at once, so the first bytes of a client also wait for the round trip of a handshake.
 * @returns the port of the line
 */
export async function startDelayLine(roundTrip, port) {
  const server = createServer({ noDelay: true }, (client) => {
    const connected = performance.now() + roundTrip;
    const origin = connect({ port, host: '127.0.0.1', noDelay: true });
    pass(client, origin, () => Math.max(connected, performance.now()) + roundTrip / 2);
    pass(origin, client, () => performance.now() + roundTrip / 2);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server.address().port;
}

/** Passes on everything in its order. `arrival` returns when something that is sent now arrives. */
function pass(from, to, arrival) {
  let last = Promise.resolve();
  const passOn = (work) => {
    const at = arrival();
    last = last.then(() => sleep(Math.max(0, at - performance.now()))).then(work);
  };
  from.on('data', (bytes) => passOn(() => to.writable && to.write(bytes)));
  from.on('end', () => passOn(() => to.end()));
  from.on('error', () => to.destroy());
}
