import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const RUNS = 7;
/** They build and test, and are no part of the program. */
const TOOLS = /^(@biomejs|@lydell|@types|@xterm|esbuild|fast-check|knip|publint|typescript|vitest)/;

/** What each library of the program takes to import from node_modules, in ms: what a start would pay that loads it at once. */
export function libraryCosts() {
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const nothing = quickest('node:path');
  const names = Object.keys(devDependencies).filter((name) => !TOOLS.test(name));
  return names.map((name) => ({ name, ms: Math.max(0, quickest(name) - nothing) })).sort((a, b) => b.ms - a.ms);
}

/** The quickest of some fresh processes: whatever else the machine does only adds to it. */
function quickest(name) {
  const script = `const start = performance.now(); await import('${name}'); console.log(performance.now() - start);`;
  const args = ['--input-type=module', '--eval', script];
  return Math.min(...Array.from({ length: RUNS }, () => Number(execFileSync(process.execPath, args, { cwd: root }))));
}
