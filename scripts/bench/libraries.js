import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const RUNS = 7;
/** The tools for building and testing, which are not part of the program. */
const DEVELOPMENT_TOOLS = /^(@biomejs|@lydell|@types|@xterm|cspell|esbuild|fast-check|knip|publint|typescript|vitest)/;

/** Returns how long each library of the program takes to import from node_modules, in milliseconds. */
export function measureLibraries() {
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const nothing = measureQuickestLoad('node:path');
  const names = Object.keys(devDependencies).filter((name) => !DEVELOPMENT_TOOLS.test(name));
  return names
    .map((name) => ({ name, ms: Math.max(0, measureQuickestLoad(name) - nothing) }))
    .sort((a, b) => b.ms - a.ms);
}

/** Returns the shortest time of several new processes, because other load on the machine only adds time. */
function measureQuickestLoad(name) {
  const script = `const start = performance.now(); await import('${name}'); console.log(performance.now() - start);`;
  const args = ['--input-type=module', '--eval', script];
  return Math.min(...Array.from({ length: RUNS }, () => Number(execFileSync(process.execPath, args, { cwd: root }))));
}
