import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable, Writable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, onTestFinished, test } from 'vitest';
import { runProgram } from '../../src/cli/run.ts';
import { systemClock } from '../../src/core/clock.ts';
import { createMemoryStore } from '../../src/sandbox/memory-store.ts';
import { createSeed } from '../../src/sandbox/seeds.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import { isSoakTest } from '../faults/soak.ts';
import { isPosix } from '../installed.ts';
import { IP, MAC1, MAC2 } from './guard-fixture.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Collects garbage, and returns the size of the heap in use, in bytes. */
async function measureUsedHeap(): Promise<number> {
  for (let i = 0; i < 4; i++) {
    collectGarbage();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return process.memoryUsage().heapUsed;
}

const countOpenFiles = (): number => readdirSync('/dev/fd').length;

const MOVE_COUNT = isSoakTest ? 10_000 : 300;
/** How many moves to make before the first measurement. After them, all modules are loaded and all caches are full. */
const WARM_UP_MOVES = isSoakTest ? 1_000 : 100;
/**
 * How many bytes the heap may grow for each move. If the guard kept anything for each move, the growth would be larger.
 */
const MAX_BYTES_PER_MOVE = 100;
/** Between moves, the size of the heap varies by about half a MiB without a trend. */
const NOISE_BYTES = 1024 * 1024;

test.runIf(isPosix)(
  `T-21 over ${MOVE_COUNT} moves memory and descriptors stay flat`,
  async () => {
    // This sandbox keeps no list of requests: the growing list would disturb the measurement.
    const store = createMemoryStore(createSeed('demo'));
    const sandbox = await startSandbox({ store, env: { now: () => 0, random: () => 0.5 } });
    onTestFinished(() => sandbox.close());
    let isUp = true;
    const health = createServer((_request, response) => void response.writeHead(isUp ? 200 : 503).end());
    health.listen(0, '127.0.0.1');
    await once(health, 'listening');
    onTestFinished(() => void health.close());
    const stop = new AbortController();
    const measured: { readonly heap: number; readonly files: number }[] = [];
    let moves = 0;
    // Each move in the log changes the health of the primary, so that another move follows. The log is not kept in
    // memory.
    const stdout = new Writable({
      write(chunk: Buffer, _encoding, done) {
        const moved = chunk
          .toString()
          .split('\n')
          .filter((line) => line.includes('"moved"')).length;
        moves += moved;
        if (moved % 2 === 1) isUp = !isUp;
        if (moves >= MOVE_COUNT) stop.abort();
        if (moved > 0 && (moves === WARM_UP_MOVES || moves === MOVE_COUNT))
          void measureUsedHeap().then((heap) => {
            measured.push({ heap, files: countOpenFiles() });
            done();
          });
        else done();
      },
    });
    const argv = ['ip', 'float', 'guard', IP, '--primary', 'web-1', '--standby', 'web-2', '-o', 'ndjson'];
    const { port } = health.address() as AddressInfo;
    isUp = false;
    const code = await runProgram(
      [
        ...argv,
        '--check',
        `http://127.0.0.1:${port}/`,
        '--failures',
        '1',
        '--successes',
        '1',
        '--fail-back',
        '--on-change',
        'true',
      ],
      {
        env: {
          UPCLOUD_TOKEN: 'ucat_sandbox',
          UPCLOUD_DEBUG_API_BASE_URL: sandbox.origin,
          HOME: '/nonexistent',
          PATH: process.env.PATH,
        },
        stdin: Readable.from([]),
        stdout,
        stderr: new Writable({ write: (_chunk, _encoding, done) => done() }),
        platform: 'linux',
        interrupt: { stopping: stop.signal, ending: new AbortController().signal, signal: () => 'SIGTERM' },
        clock: { ...systemClock, sleep: (_ms, signal) => systemClock.sleep(1, signal) },
      },
    );
    expect(code).toBe(0);
    expect(moves).toBe(MOVE_COUNT);
    const [first, last] = measured;
    if (!first || !last) throw new Error('nothing was measured');
    expect(last.files - first.files).toBeLessThanOrEqual(8);
    expect(last.heap - first.heap).toBeLessThan(NOISE_BYTES + MAX_BYTES_PER_MOVE * (MOVE_COUNT - WARM_UP_MOVES));
    expect([MAC1, MAC2]).toContain((await store.read()).addresses.find(({ address }) => address === IP)?.mac);
  },
  isSoakTest ? 1_800_000 : 120_000,
);
