import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from './files/processes.ts';

const readme = readFileSync('README.md', 'utf8');
const blocks = [...readme.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language, text]) => ({
  language,
  text: text ?? '',
}));
/** What can run here: not what installs, signs in to UpCloud, or needs a server that somebody else started. */
const scripts = blocks.filter(
  ({ language, text }) =>
    language === 'sh' && /\bupc (--sandbox|sandbox)\b/.test(text) && !/npm ci|upc login|curl|guard/.test(text),
);
const has = (program: string) => spawnSync(program, ['--version']).status === 0;

/** A folder with a program `upc` in it, and nothing of the machine's own settings. */
function user(): { env: Record<string, string>; cwd: string } {
  const home = temporaryFolder();
  mkdirSync(join(home, 'bin'));
  const upc = join(home, 'bin', 'upc');
  writeFileSync(upc, `#!/bin/sh\nexec '${process.execPath}' '${resolve('bin/upc.js')}' "$@"\n`);
  chmodSync(upc, 0o755);
  return { env: { HOME: home, PATH: `${join(home, 'bin')}:${process.env.PATH}` }, cwd: home };
}

describe.runIf(has('bash'))('every command of the README works as it stands', () => {
  test('there are some', () => expect(scripts.length).toBeGreaterThan(2));

  // jq is the user's own tool: where it is missing, its recipe is left out.
  const runnable = scripts.filter(({ text }) => !text.includes('jq') || has('jq'));
  test.each(runnable.map(({ text }) => [text.trim().split('\n')[0] ?? '', text] as const))('%s', (_first, text) => {
    const { env, cwd } = user();
    const run = spawnSync('bash', ['-euo', 'pipefail', '-c', text], { env, cwd, encoding: 'utf8' });
    expect(`${run.status}\n${run.stderr}`).toMatch(/^0\n/);
    expect(run.stderr).not.toMatch(/Error:/);
  });
});

test.runIf(has('bash'))('the outputs that the README shows are real', () => {
  const first = blocks.find(({ language, text }) => language === 'text' && text.startsWith('ADDRESS'));
  const { env, cwd } = user();
  expect(execFileSync('bash', ['-c', 'upc --sandbox ip list'], { env, cwd, encoding: 'utf8' })).toBe(first?.text);
  const shown = blocks.find(({ text }) => text.startsWith('$ upc --sandbox ip show 192.0.2.50\n'));
  const told = execFileSync('bash', ['-c', 'upc --sandbox ip show 192.0.2.50'], { env, cwd, encoding: 'utf8' });
  expect(`$ upc --sandbox ip show 192.0.2.50\n${told}`).toBe(shown?.text);
});

test('every command of the program stands in the README, and every exit code', async () => {
  for (const name of ['list', 'show', 'tree', 'audit', 'assign', 'release', 'float', 'ptr', 'policy']) {
    expect(readme, name).toContain(`upc ip ${name}`);
  }
  for (const code of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 130, 143])
    expect(readme).toMatch(new RegExp(`^\\| ${code} \\|`, 'm'));
});
