import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createIPv4Address } from './account.js';
import { computeSpread, createTargetCheck, measureTime, runProcessOnce } from './measuring.js';
import { MAX_GROWTH } from './targets.js';

const ACCOUNT_SIZES = [5_000, 50_000, 200_000];
/** With more addresses than this, each command is measured only once, because it takes so long. */
const LARGE_ACCOUNT_SIZE = 100_000;
const RUNS = 3;

/**
 * The command lines whose work grows with the account. `{plan}` and `{snapshot}` stand for files with a line for each
 * address.
 */
const COMMAND_LINES = [
  'ip list',
  'ip list --json',
  'ip list -o ndjson',
  'ip list -o csv',
  'ip list -o markdown',
  'ip list -o yaml',
  'ip list host-1',
  'ip float list',
  'ip ptr list',
  'ip ptr export',
  'ip ptr plan {plan}',
  'ip ptr apply {plan} --dry-run',
  'ip diff {snapshot}',
  'ip restore {snapshot} --dry-run',
  'ip audit',
  'ip audit --json',
  'server list',
];

/** Returns a case for each command. Each case checks that the time per address hardly grows with the number of addresses. */
export function createGrowthCases(upc, folder, isQuick) {
  const sizes = isQuick ? ACCOUNT_SIZES.slice(0, 2) : ACCOUNT_SIZES;
  return COMMAND_LINES.map((line) => ({
    name: `upc ${line.replace(/ ?\{(\w+)\}/, ' <$1>')}, ${sizes.map((size) => size.toLocaleString('en')).join(', ')} addresses`,
    measure: async () => {
      const taken = [];
      for (const size of sizes) {
        await prepareLists(upc, size);
        const command = upc(await writeInputFiles(line, size, folder, upc), size);
        taken.push(await measureTimes(command, size > LARGE_ACCOUNT_SIZE ? 1 : RUNS));
      }
      return {
        program: { ms: taken.at(-1) },
        reference: { ms: taken[0] },
        checks: sizes.slice(1).map((size, i) => {
          const growth = taken[i + 1].median / taken[i].median / (size / sizes[i]);
          return createTargetCheck(
            `for each address, ${size.toLocaleString('en')} / ${sizes[i].toLocaleString('en')}`,
            growth,
            MAX_GROWTH,
          );
        }),
      };
    },
  }));
}

const preparedSizes = new Set();

/** Makes the server build its lists of this size, which takes a second for the largest, so that no measurement contains that time. */
async function prepareLists(upc, size) {
  if (preparedSizes.has(size)) return;
  preparedSizes.add(size);
  await runProcessOnce(upc('ip list', size));
}

async function measureTimes(command, runs) {
  const taken = [];
  for (let i = 0; i < runs; i++) taken.push(await measureTime(command));
  return computeSpread(taken);
}

/**
 * Writes the files that a command line reads, and returns the line with their paths in place of `{plan}` and `{snapshot}`.
 */
async function writeInputFiles(line, size, folder, upc) {
  const plan = join(folder, `plan-${size}`);
  if (line.includes('{plan}')) {
    const entries = Array.from({ length: size / 4 }, (_, i) => `${createIPv4Address(i * 4)} www-${i}.example.com\n`);
    writeFileSync(plan, entries.join(''));
  }
  const snapshot = join(folder, `snapshot-${size}`);
  if (line.includes('{snapshot}')) {
    const { output } = await runProcessOnce(upc('ip list --json', size), { keepsOutput: true });
    writeFileSync(
      snapshot,
      output.replaceAll('"keep"', '"release"').replaceAll('host-', 'old-').replaceAll('"da:45:', '"da:46:'),
    );
  }
  return line.replace('{plan}', plan).replace('{snapshot}', snapshot);
}
