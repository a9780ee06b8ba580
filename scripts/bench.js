// Measures the built program against what it cannot be quicker than, as pairs of real processes (A B A B …), on this machine:
//   npm run build && npm run bench [-- --json] [--pairs 20] [--only <words>]
// Writes nothing into the repository. Exit 1 where a target is missed.
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { casesFor } from './bench/cases.js';
import { figuresOf, measure } from './bench/measuring.js';
import { startServer } from './bench/serving.js';

const { values } = parseArgs({
  options: { json: { type: 'boolean' }, pairs: { type: 'string', default: '20' }, only: { type: 'string' } },
});
const folder = mkdtempSync(join(tmpdir(), 'upc-bench-'));
const server = await startServer();
const results = [];
try {
  for (const one of casesFor(server.origin, folder)) {
    if (values.only && !one.name.includes(values.only)) continue;
    const pairs = Math.max(20, Number(values.pairs));
    const result = { name: one.name, ...(await (one.measure ?? (() => measure(one, pairs)))()) };
    results.push(result);
    if (!values.json) console.log(line(result));
  }
} finally {
  server.stop();
  rmSync(folder, { recursive: true, force: true });
}
const where = {
  machine: `${cpus().length} × ${cpus()[0].model}`,
  node: process.version,
  date: new Date().toISOString().slice(0, 10),
};
if (values.json) console.log(JSON.stringify({ ...where, results }, null, 2));
else console.log(`\n${where.machine}, Node ${where.node}, ${where.date}`);
if (results.some(({ checks }) => checks.some(({ ratio, target }) => ratio > target))) process.exitCode = 1;

function line({ name, program, reference, checks }) {
  const shown = checks.map(({ what, ratio, target }) => {
    return `${what} ${ratio.toFixed(2)} (≤ ${target}) ${ratio > target ? 'MISSED' : 'ok'}`;
  });
  return [
    name,
    `  ${figuresOf('program  ', program)}`,
    `  ${figuresOf('reference', reference)}`,
    `  ${shown.join(', ')}`,
  ].join('\n');
}
