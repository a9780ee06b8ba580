import { connect } from 'node:net';
import { Worker } from 'node:worker_threads';
import { onTestFinished } from 'vitest';

/**
 * Opens a port of 127.0.0.1 that neither accepts nor rejects connections, because its queue of new connections is full.
 * @param forMs how long the queue stays full, in milliseconds. Within a second after that, the operating system repeats
 *   the connection attempt and succeeds.
 */
export async function openBlackHole({ forMs = 25_000 } = {}): Promise<{ readonly port: number }> {
  const freeze = `Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ${forMs})`;
  const worker = new Worker(
    `const { parentPort } = require('node:worker_threads');
     const server = require('node:net').createServer((socket) => socket.on('error', () => {}));
     server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
       parentPort.postMessage(server.address().port);
       setTimeout(() => ${freeze}, 50);
     });`,
    { eval: true },
  );
  const port = await new Promise<number>((resolve) => worker.once('message', resolve));
  const waitBriefly = () => new Promise((resolve) => setTimeout(resolve, 200));
  await waitBriefly();
  const fillers = Array.from({ length: 4 }, () => connect(port, '127.0.0.1').on('error', () => {}));
  await waitBriefly();
  onTestFinished(async () => {
    for (const filler of fillers) filler.destroy();
    await worker.terminate();
  });
  return { port };
}
