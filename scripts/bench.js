// Measures the built program against a lower bound, in pairs of real processes (A B A B …), on this machine:
//   npm run build && npm run bench [-- --json] [--pairs 20] [--only <words>]
//   npm run bench -- --libraries    measures how long each library takes to import
// Writes nothing into the repository. Exits with 1 if a target is missed.
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { casesFor } from './bench/cases.js';
import { libraryCosts } from './bench/libraries.js';
import { figuresOf, measure } from './bench/measuring.js';
import { startServer } from './bench/serving.js';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean' },
    pairs: { type: 'string', default: '20' },
    only: { type: 'string' },
    libraries: { type: 'boolean' },
  },
});
const where = {
  machine: `${cpus().length} × ${cpus()[0].model}`,
  node: process.version,
  date: new Date().toISOString().slice(0, 10),
};
if (values.libraries) report({ libraries: libraryCosts() }, ({ libraries }) => libraries.map(libraryLine));
else {
  const results = await measureCases();
  report({ results }, () => []);
  if (results.some(({ checks }) => checks.some(({ ratio, target }) => ratio > target))) process.exitCode = 1;
}

async function measureCases() {
  const pairs = Number(values.pairs);
  if (!(pairs >= 20)) throw new Error('--pairs must be at least 20');
  const folder = mkdtempSync(join(tmpdir(), 'upc-bench-'));
  const server = await startServer();
  const results = [];
  try {
    const cases = casesFor(server.origin, folder).filter(({ name }) => name.includes(values.only ?? ''));
    if (cases.length === 0) throw new Error(`no case has '${values.only}' in its name`);
    for (const one of cases) {
      const result = { name: one.name, ...(await (one.measure ?? (() => measure(one, pairs)))()) };
      results.push(result);
      if (!values.json) console.log(resultLines(result));
    }
    return results;
  } finally {
    server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function report(measured, lines) {
  if (values.json) console.log(JSON.stringify({ ...where, ...measured }, null, 2));
  else console.log([...lines(measured), '', `${where.machine}, Node ${where.node}, ${where.date}`].join('\n'));
}

function libraryLine({ name, ms }) {
  return `${name.padEnd(20)} ${ms.toFixed(0).padStart(4)} ms`;
}

function resultLines({ name, program, reference, checks }) {
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
