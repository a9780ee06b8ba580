import { execFileSync, spawn } from 'node:child_process';
import events from 'node:events';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { computeSpread, createTargetCheck } from './measuring.js';

const MAX_FAILED_CHECKS = 3;
const CHECK_INTERVAL_S = 1;
const RUNS = 5;

/**
 * Measures, in the sandbox, the time from the last successful check until all addresses are on the other server. The reference is
 * the shortest time that the guard's options allow: three failed checks, one second apart.
 */
export async function measureFailover(program, folder, addresses, target) {
  const taken = [];
  for (let i = 0; i < RUNS; i++)
    taken.push(await measureOneFailover(program, mkdtempSync(join(folder, 'failover-')), addresses));
  const ideal = MAX_FAILED_CHECKS * CHECK_INTERVAL_S * 1_000;
  const ms = computeSpread(taken);
  return {
    program: { ms },
    reference: { ms: computeSpread([ideal]) },
    checks: [createTargetCheck('time', ms.median / ideal, target.time)],
  };
}

/** Returns how long one failover takes, in milliseconds. The endpoint is healthy for two checks and unhealthy from then on. */
async function measureOneFailover(program, folder, addresses) {
  const env = { PATH: process.env.PATH, HOME: folder, UPC_SANDBOX_DIR: folder };
  // --ephemeral keeps the state in memory: writing the sandbox's file would distort the measurement of the guard.
  const sandbox = spawn(process.execPath, [program, 'sandbox', 'serve', '--ephemeral', '--port', '0'], {
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await events.once(sandbox.stdout, 'data');
  // Create one address fewer than requested: the demo account already has a floating IP on web-1.
  const create = [program, ...'--sandbox ip float create --server web-1 -q'.split(' ')];
  for (let i = 1; i < addresses; i++) execFileSync(process.execPath, create, { env, stdio: 'ignore' });
  let [checks, lastGood] = [0, 0];
  const endpoint = createServer((_request, response) => {
    checks += 1;
    if (checks <= 2) lastGood = performance.now();
    response.writeHead(checks <= 2 ? 200 : 503).end();
  });
  await new Promise((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
  const check = `http://127.0.0.1:${endpoint.address().port}/`;
  const line = `--sandbox ip float guard --all --primary web-1 --standby web-2 --interval ${CHECK_INTERVAL_S} --failures ${MAX_FAILED_CHECKS}`;
  const guard = spawn(process.execPath, [program, ...line.split(' '), '--check', check, '-o', 'ndjson'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let moved = 0;
  try {
    for await (const event of createInterface({ input: guard.stdout })) {
      if (JSON.parse(event).event === 'moved') moved += 1;
      if (moved === addresses) return performance.now() - lastGood;
    }
    throw new Error('the guard ended before all addresses had moved');
  } finally {
    for (const child of [guard, sandbox]) {
      child.kill('SIGTERM');
      await new Promise((resolve) => child.once('close', resolve));
    }
    endpoint.close();
    endpoint.closeAllConnections();
  }
}
