import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join, relative, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { currentReadme, currentReference, manPages } from '../src/cli/documents.ts';
import { rules } from '../src/domain/audit/rules.ts';
import { temporaryFolder } from './files/processes.ts';
import { type Bench, bench, leavesOf, lineOf, parsed, pathOf, words } from './fixture.ts';
import { isInstalled } from './installed.ts';
import { start } from './program.ts';

const readme = readFileSync('README.md', 'utf8');
const blocksOf = (page: string) =>
  [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = '', text = '']) => ({ language, text }));
const blocks = blocksOf(readme);
const failoverPage = readFileSync('docs/failover.md', 'utf8');
/** The README and the pages of docs/, without the names of tests. */
const pages = [
  readme,
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map(pageOf),
];

function pageOf(name: string): string {
  return readFileSync(join('docs', name), 'utf8').replace(/^- `test\/.*$/gm, '');
}

const shellBlocks = blocks.filter(({ language }) => language === 'sh').map(({ text }) => text);

/** The account of the reader of the README: a served sandbox, and the environment variables for it. */
let account: Bench;
beforeAll(async () => {
  account = await bench();
});
afterAll(() => account.close());

/** Creates a folder with a program `upc`, and an environment without the settings of the machine. */
function user(): { env: Record<string, string>; cwd: string } {
  const home = temporaryFolder();
  mkdirSync(join(home, 'bin'));
  const upc = join(home, 'bin', 'upc');
  writeFileSync(upc, `#!/bin/sh\nexec '${process.execPath}' '${resolve('bin/upc.js')}' "$@"\n`);
  chmodSync(upc, 0o755);
  return { env: { HOME: home, PATH: `${join(home, 'bin')}:${process.env.PATH}` }, cwd: home };
}

/** A port that nothing listens on: the program names it on its command line, so that it cannot choose one itself. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

/** Runs a script unchanged. A failing line ends it. */
async function succeeds(script: string, more: Readonly<Record<string, string>> = {}, { env, cwd } = user()) {
  const child = spawn('bash', ['-euo', 'pipefail', '-c', script], {
    env: { ...env, ...more },
    cwd,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let err = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    err += text;
  });
  const [code] = await once(child, 'close');
  expect(`${code}\n${err}`).toMatch(/^0\n/);
  expect(err).not.toMatch(/Error:/);
}

describe('every command of the README and of docs/', () => {
  const inBlocks = pages
    .flatMap(blocksOf)
    .flatMap(({ text }) => text.replaceAll('\\\n', ' ').split('\n'))
    .flatMap((line) => line.replace(/(^|\s)#.*/, '').split(/[|;]|&&|>+|<<</))
    // The line for keepalived is in quotes.
    .map((part) => /(?:^|[\s/])upc (.*)$/.exec(part.replace(/^([^"]*)"([^"]*)"$/, '$1 $2'))?.[1]);
  /** Returns each alternative of `upc ip ptr set\|clear <address…>` in the text, without the placeholders. */
  const prose = pages.join('\n').replace(/^```[\s\S]*?^```$/gm, '');
  const inText = [...prose.matchAll(/`upc ([^`]+)`/g)].flatMap(([, line = '']) => {
    const plain = line.replace(/<[^>]*>|\[[^\]]*\]/g, '').trim();
    const choice = /\S+\\\|\S+/.exec(plain)?.[0];
    return choice === undefined ? [plain] : choice.split('\\|').map((one) => plain.replace(choice, one));
  });
  const lines = [...new Set([...inBlocks, ...inText])].filter((line) => line !== undefined);

  test('are many', () => expect(lines.length).toBeGreaterThan(60));

  test.each(lines)('exists: upc %s', async (line) => {
    const { path, hasUnknownWord } = await lineOf(words(line));
    expect(hasUnknownWord, `${path.join(' ')} of ${line}`).toBe(false);
  });

  test('include every command', async () => {
    const named = await Promise.all(lines.map((line) => lineOf(words(line))));
    const paths = new Set(named.map(({ path }) => path.join(' ')));
    expect(
      leavesOf((await parsed()).program)
        .map(pathOf)
        .filter((path) => !paths.has(path)),
    ).toEqual([]);
  });
});

describe.runIf(isInstalled('bash'))('every script of the README works unchanged', () => {
  // The gate (.ci/run) installs and tests. Other tests run DNS commands against their own name server.
  const left = /npm (ci|pack|test|run)|\.ci\/run|upc login|curl|float guard|ptr check/;
  const runnable = shellBlocks.filter((text) => !left.test(text));

  test('are several', () => expect(runnable.length).toBeGreaterThan(4));

  for (const text of runnable) {
    // The user may not have jq.
    const canRun = !/\bjq\b/.test(text) || isInstalled('jq');
    test.runIf(canRun)(text.trim().split('\n')[0] ?? '', () => succeeds(text));
  }

  test('signing in', async () => {
    const script = shellBlocks.find((text) => text.includes('upc login --with-token')) ?? '';
    // Without a terminal, `upc login` cannot ask. test/terminal tests that.
    await succeeds(`${script.replace(/^upc login .*$/m, '')}\nupc whoami --profile default`, {
      TOKEN: 'ucat_sandbox',
      UPCLOUD_DEBUG_API_BASE_URL: account.origin,
    });
  });

  test.runIf(isInstalled('curl'))('curl, with a served sandbox', async () => {
    const script = shellBlocks.find((text) => text.startsWith('curl')) ?? '';
    await succeeds(script.replace('http://127.0.0.1:8080', account.origin).replace('curl', 'curl -fsS'));
  });

  test('the guard, until it is stopped', async () => {
    const script = shellBlocks.find((text) => text.includes('float guard')) ?? '';
    const line = script.replaceAll('\\\n', ' ').replace('upc ', '').replace('http://192.0.2.10/health', account.origin);
    const guard = start(line, { HOME: temporaryFolder(), ...account.env });
    await guard.shown(/Guarding 192\.0\.2\.50/);
    guard.process.kill('SIGTERM');
    expect(await guard.ended).toBe(0);
  });

  test.each([
    ['GitHub Actions: failover', /float move 192\.0\.2\.50 --to web-2$/m],
    ['GitLab CI', /image: node/],
    ['GitHub Actions: reverse DNS', /reverse-dns/],
    ['GitHub Actions: code scanning', /upload-sarif/],
  ])('%s', async (_name, about) => {
    const { text = '' } = blocks.find((one) => one.language === 'yaml' && about.test(one.text)) ?? {};
    const scripts = scriptsOf(parse(text));
    expect(scripts.length).toBeGreaterThan(0);
    const { env, cwd } = user();
    const given = { ...account.env, CI: 'true', GITHUB_STEP_SUMMARY: join(cwd, 'summary') };
    await succeeds('upc ip ptr export > ptr.hosts', given, { env, cwd });
    for (const script of scripts) await succeeds(script, given, { env, cwd });
  });
});

describe.runIf(isInstalled('bash'))('the page of failover', () => {
  test('the rehearsal works as it stands', { timeout: 120_000 }, async () => {
    const port = await freePort();
    const script = blocksOf(failoverPage)
      .filter(({ language }) => language === 'sh')
      .map(({ text }) => text)
      .join('\n')
      .replace('$(npm root -g)/upcloud-ip', resolve('.'))
      .replace('--port 8080', `--port ${port}`)
      // What chance makes fail is for a person to repeat.
      .replace('--fail-rate 10', '--fail-rate 0');
    await succeeds(script);
  });

  test('every file of contrib/ that it and the README link to exists, and none is missing', () => {
    const linked = (page: string) => [...page.matchAll(/\]\((?:\.\.\/)?contrib\/([^)]+)\)/g)].map(([, file]) => file);
    const files = readdirSync('contrib', { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => relative('contrib', join(parentPath, name)).replaceAll('\\', '/'));
    expect([...new Set([...linked(readme), ...linked(failoverPage)])].sort()).toEqual(files.sort());
  });
});

/** Returns the scripts of a workflow: `run` of a step and `script` of a job. */
function scriptsOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => {
    if (key === 'run' && typeof one === 'string') return [one];
    if (key === 'script' && Array.isArray(one)) return one.map(String);
    return scriptsOf(one);
  });
}

test.runIf(isInstalled('bash'))('the outputs in the README are real', () => {
  const first = blocks.find(({ language, text }) => language === 'text' && text.startsWith('ADDRESS'));
  const { env, cwd } = user();
  expect(execFileSync('bash', ['-c', 'upc --sandbox ip list'], { env, cwd, encoding: 'utf8' })).toBe(first?.text);
  const shown = blocks.find(({ text }) => text.startsWith('$ upc --sandbox ip show 192.0.2.50\n'));
  const actual = execFileSync('bash', ['-c', 'upc --sandbox ip show 192.0.2.50'], {
    env,
    cwd,
    encoding: 'utf8',
  });
  expect(`$ upc --sandbox ip show 192.0.2.50\n${actual}`).toBe(shown?.text);
});

test('the table of commands matches the declarations: npm run docs', async () => {
  expect(await currentReadme(readme)).toBe(readme);
});

test('the reference has a page for every command that matches its declaration: npm run docs', async () => {
  const pages = await currentReference();
  expect(readdirSync('docs/reference').sort()).toEqual(Object.keys(pages).sort());
  for (const [name, text] of Object.entries(pages)) {
    expect(readFileSync(`docs/reference/${name}`, 'utf8')).toBe(text);
    for (const [, link] of text.matchAll(/\]\(([\w.-]+)/g)) expect(Object.keys(pages)).toContain(link);
  }
});

test('the package names every manual page that the build writes', async () => {
  // npm links only manual pages that are listed one by one.
  const { man } = JSON.parse(readFileSync('package.json', 'utf8'));
  const pages = Object.entries(await manPages('1.2.3'));
  expect(man).toEqual(pages.map(([name]) => `./dist/man/${name}`));
  expect(readdirSync('dist/man').sort()).toEqual(pages.map(([name]) => name).sort());
});

test('the README lists each audit rule at its level', () => {
  for (const level of ['high', 'warn', 'info']) {
    const [, row = ''] = new RegExp(`^\\| \`${level}\` \\|(.*)\\|$`, 'm').exec(readme) ?? [];
    const named = [...row.matchAll(/`([a-z-]+)`/g)].map(([, id]) => id);
    const known = rules.filter((rule) => rule.level === level).map(({ id }) => id);
    expect(named.filter((id) => id !== '--dns').sort()).toEqual(known.sort());
  }
});
