import { join } from 'node:path';
import { failover } from './failover.js';
import { measure, runOnce, spread } from './measuring.js';

const program = join(import.meta.dirname, '../../bin/upc.js');
const bare = join(import.meta.dirname, 'bare.cjs');

/** Returns the cases: the program, its reference, and the allowed ratio of their times. */
export function casesFor(origin, folder) {
  const env = (addresses, latency = 0) => ({
    UPCLOUD_TOKEN: `bench-${addresses}-${latency}`,
    UPCLOUD_DEBUG_API_BASE_URL: origin,
    HOME: folder,
  });
  const upc = (line, addresses = 20, latency = 0) => ({
    args: [program, ...line.split(' ')],
    env: env(addresses, latency),
  });
  const plain = (addresses) => ({ args: [bare, origin, `${addresses}-0`], env: env(addresses) });
  const nothing = { args: ['-e', '0'], env: {} };
  const start = (line) => ({ name: `upc ${line}`, program: upc(line), reference: nothing, target: 1.25 });
  const list = (options, addresses, targets) => ({
    name: `upc ${`ip list ${options}`.trim()}, ${addresses.toLocaleString('en')} addresses`,
    program: upc(`ip list ${options}`.trim(), addresses),
    reference: plain(addresses),
    ...targets,
  });
  // Checks that the time grows in proportion: ten times as many addresses may take at most 11.5 times as long.
  const growth = (line) => ({
    name: `upc ${line}, 50,000 addresses against 5,000`,
    program: upc(line, 50_000),
    reference: upc(line, 5_000),
    target: 11.5,
  });
  return [
    start('--version'),
    start('completion bash'),
    list('--json', 20, { target: 3.2 }),
    list('', 20, { target: 3.6 }),
    list('--json', 50_000, { target: 1.6, memory: 1.5 }),
    list('-o ndjson', 50_000, { target: 1.6 }),
    list('-o csv', 50_000, { target: 2.4 }),
    list('', 50_000, { target: 2.2 }),
    list('-o yaml', 50_000, { target: 8, memory: 2 }),
    growth('ip list'),
    growth('ip list -o yaml'),
    growth('ip audit'),
    { name: 'upc ip release of 200 addresses, 50 ms latency, 4 at a time', measure: () => release(upc) },
    { name: 'upc ip list, 100 ms latency: round trips', measure: () => roundTrips(upc) },
    ...[1, 10].map((addresses) => ({
      name: `upc ip float guard: from the last good check to moved (addresses: ${addresses}), 3 checks a second apart`,
      measure: () => failover(program, folder, addresses),
    })),
  ];
}

const LATENCY = 50;

/** Compares the time to release 200 addresses with the ideal: the time of `ip list` without latency, plus the latencies. */
async function release(upc) {
  // Only every other address is released, because a server must keep one.
  const line = `ip release --yes --concurrency 4 ${Array.from({ length: 200 }, (_, i) => `198.18.${i >> 7}.${(i * 2) & 255}`).join(' ')}`;
  const late = [];
  const atOnce = [];
  for (let i = -1; i < 10; i++) {
    const [a, b] = [await runOnce(upc(line, 400, LATENCY)), await runOnce(upc('ip list --json', 400, 0))];
    if (i >= 0) {
      late.push(a.ms);
      atOnce.push(b.ms);
    }
  }
  // The ideal has 51 latencies: one for the first read, and one for each of fifty rounds of four releases.
  const ideal = spread(atOnce.map((ms) => ms + (200 / 4 + 1) * LATENCY));
  const taken = spread(late);
  return {
    program: { ms: taken },
    reference: { ms: ideal },
    checks: [{ what: 'time', ratio: taken.median / ideal.median, target: 1.1 }],
  };
}

/** Checks that 100 ms of latency add one round trip: all reads of the command run at the same time. */
async function roundTrips(upc) {
  const { program: late, reference: none } = await measure(
    { program: upc('ip list', 20, 100), reference: upc('ip list', 20, 0), target: 0 },
    20,
  );
  const ratio = (late.ms.median - none.ms.median) / 100;
  return { program: late, reference: none, checks: [{ what: 'round trips', ratio, target: 1.25 }] };
}
