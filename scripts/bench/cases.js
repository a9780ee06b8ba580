import { join } from 'node:path';
import { createIPv4Address } from './account.js';
import { measureFailover } from './failover.js';
import { createGrowthCases } from './growth.js';
import {
  computeSpread,
  createTargetCheck,
  measureAgainstReference,
  measureTime,
  runCommandsInTurn,
} from './measuring.js';
import { targets } from './targets.js';
import { createWireCases } from './wire.js';

const program = join(import.meta.dirname, '../../bin/upc.js');
const bareScript = join(import.meta.dirname, 'bare.cjs');

/**
 * Returns the cases of the benchmark. Each has a name and a function `measure`.
 * @param pairs how many times a case measures the program and its reference, one after the other
 * @param isQuick whether to leave out the cases that take minutes
 */
export function createCases(server, folder, { pairs, isQuick }) {
  const env = (addresses, latency = 0) => ({
    UPCLOUD_TOKEN: `bench-${addresses}-${latency}`,
    UPCLOUD_DEBUG_API_BASE_URL: server.http,
    HOME: folder,
  });
  const upc = (line, addresses = 20, latency = 0) => ({
    args: [program, ...line.split(' ')],
    env: env(addresses, latency),
  });
  const createPairedCase = (name, one, reference, times = pairs) => ({
    name,
    measure: () => measureAgainstReference({ program: one, reference, target: targets[name] }, times),
  });
  const start = (line) => createPairedCase(`upc ${line}`, upc(line), { args: ['-e', '0'], env: {} });
  const list = (options, addresses, times) => {
    const line = `ip list ${options}`.trim();
    const reference = { args: [bareScript, server.http, `${addresses}-0`], env: env(addresses) };
    return createPairedCase(
      `upc ${line}, ${addresses.toLocaleString('en')} addresses`,
      upc(line, addresses),
      reference,
      times,
    );
  };
  return [
    start('--version'),
    start('completion bash'),
    list('--json', 20),
    list('', 20),
    ...createWireCases(server, folder, { pairs: Math.min(pairs, 10), isQuick }),
    ...['--json', '-o ndjson', '-o csv', '', '-o yaml'].map((options) => list(options, 50_000, Math.min(pairs, 10))),
    ...createGrowthCases(upc, folder, isQuick),
    ...(isQuick ? [] : [createReleaseCase(upc), createFailoverCase(1), createFailoverCase(10)]),
  ];

  function createFailoverCase(addresses) {
    const name = `upc ip float guard, ${addresses} ${addresses === 1 ? 'address' : 'addresses'}: from the last good check to moved`;
    return { name, measure: () => measureFailover(program, folder, addresses, targets[name]) };
  }
}

const LATENCY_MS = 50;
const RELEASED_COUNT = 200;
const CONCURRENCY = 4;

/**
 * Compares the time to release 200 addresses with the shortest possible time. The shortest possible time is that of `ip list` without
 * latency, plus the latency of each round of requests.
 */
function createReleaseCase(upc) {
  const name = `upc ip release of ${RELEASED_COUNT} addresses, ${LATENCY_MS} ms latency, ${CONCURRENCY} at a time`;
  const floating = Array.from({ length: RELEASED_COUNT }, (_, i) => createIPv4Address(i * 4)).join(' ');
  const line = `ip release --yes --concurrency ${CONCURRENCY} ${floating}`;
  const commands = [upc(line, RELEASED_COUNT * 4, LATENCY_MS), upc('ip list --json', RELEASED_COUNT * 4)];
  return {
    name,
    measure: async () => {
      const [taken, listed] = await runCommandsInTurn(commands, 10, measureTime);
      // The program waits for the server once for the first read, and once for each group of four releases.
      const waits = (RELEASED_COUNT / CONCURRENCY + 1) * LATENCY_MS;
      const reference = computeSpread(listed.map((time) => time + waits));
      const ms = computeSpread(taken);
      return {
        program: { ms },
        reference: { ms: reference },
        checks: [createTargetCheck('time', ms.median / reference.median, targets[name].time)],
      };
    },
  };
}
