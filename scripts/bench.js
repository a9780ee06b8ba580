// Measures the built program in real processes on this machine, and compares each run with a run of its reference:
//   npm run build && npm run bench [-- --quick] [--json] [--only <words>] [--pairs <n>] [--write]
//   npm run bench -- --only 'ip list' --vs '<command>'   compares one command with another client's, over TLS
//   npm run bench -- --libraries                         measures how long each library takes to import
// --quick takes about three minutes: it omits the guard and the runs with 200,000 addresses. --write updates
// docs/performance.md. Exits with 1 if a target is missed.
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createCases } from './bench/cases.js';
import { measureLibraries } from './bench/libraries.js';
import { formatFigures } from './bench/measuring.js';
import { writePerformanceTable } from './bench/page.js';
import { startServer } from './bench/serving.js';
import { createRivalCases } from './bench/wire.js';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean' },
    pairs: { type: 'string' },
    only: { type: 'string', default: '' },
    vs: { type: 'string' },
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    libraries: { type: 'boolean' },
  },
});
const pairs = Number(values.pairs ?? (values.quick ? 5 : 20));
if (!(pairs >= 1)) throw new Error('--pairs must be a number from 1');
if (values.write && (values.quick || values.vs || values.only)) throw new Error('--write needs a whole run');
const measuringConditions = {
  machine: `${cpus().length} × ${cpus()[0].model}`,
  node: process.version,
  date: new Date().toISOString().slice(0, 10),
};

if (values.libraries)
  printResults({ libraries: measureLibraries() }, ({ libraries }) => libraries.map(formatLibraryLine));
else {
  const results = await measureCases();
  printResults({ results }, () => []);
  if (values.write) writePerformanceTable(results, measuringConditions);
  if (results.some(({ checks }) => checks.some(({ isMissed }) => isMissed))) process.exitCode = 1;
}

async function measureCases() {
  const folder = mkdtempSync(join(tmpdir(), 'upc-bench-'));
  const server = await startServer();
  const results = [];
  try {
    for (const one of selectCases(server, folder)) {
      const result = { name: one.name, ...(await one.measure()) };
      results.push(result);
      if (!values.json) console.log(formatResultLines(result));
    }
    return results;
  } finally {
    server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function selectCases(server, folder) {
  if (values.vs) {
    if (!values.only) throw new Error("--vs needs the command to compare: --only 'ip list'");
    return createRivalCases(server, folder, { line: values.only, rival: values.vs, pairs });
  }
  const cases = createCases(server, folder, { pairs, isQuick: values.quick }).filter(({ name }) =>
    name.includes(values.only),
  );
  if (cases.length === 0) throw new Error(`no case has '${values.only}' in its name`);
  return cases;
}

function printResults(measured, lines) {
  if (values.json) console.log(JSON.stringify({ ...measuringConditions, ...measured }, null, 2));
  else
    console.log(
      [
        ...lines(measured),
        '',
        `${measuringConditions.machine}, Node ${measuringConditions.node}, ${measuringConditions.date}`,
      ].join('\n'),
    );
}

function formatLibraryLine({ name, ms }) {
  return `${name.padEnd(20)} ${ms.toFixed(0).padStart(4)} ms`;
}

function formatResultLines({ name, program, reference, checks }) {
  const shown = checks.map(({ what, value, target, isMissed }) =>
    target === undefined
      ? `${what} ${value.toFixed(2)}`
      : `${what} ${value.toFixed(2)} (≤ ${target}) ${isMissed ? 'MISSED' : 'ok'}`,
  );
  return [
    name,
    `  ${formatFigures('program  ', program)}`,
    `  ${formatFigures('reference', reference)}`,
    `  ${shown.join(', ')}`,
  ].join('\n');
}
