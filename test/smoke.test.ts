import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { createTemporaryFolder } from './files/processes.ts';
import { isPosix } from './installed.ts';
import { copyProgram, runToEnd } from './program.ts';
import { runAtTerminal } from './terminal/pty.ts';

const root = resolve(import.meta.dirname, '..');
const read = (name: string) => readFileSync(resolve(root, name), 'utf8');
const upc = `'${process.execPath}' bin/upc.js`;

/** Runs a shell command with a new home folder. */
async function runInShell(line: string): Promise<{ code: number; out: string; err: string }> {
  const { PATH = '' } = process.env;
  const options = { cwd: root, env: { PATH, HOME: createTemporaryFolder() }, maxBuffer: 100 * 1024 * 1024 };
  try {
    const { stdout, stderr } = await promisify(execFile)('/bin/bash', ['-c', line], options);
    return { code: 0, out: stdout, err: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, out: stdout, err: stderr };
  }
}

test.runIf(isPosix)('the first command of the README prints what the README shows', async () => {
  const [, command = '', , shown = ''] = /```sh\n(.*)\n```\n\n```(text)\n([^`]*)```/.exec(read('README.md')) ?? [];
  expect(shown.split('\n').length).toBeGreaterThan(20);
  // Leave out `npm ci` and the build, because the program is already built. The check before a push (.ci/run) runs the
  // whole line in a new copy.
  expect(await runInShell(command.replace(/^npm ci && npm run build && /, ''))).toEqual({
    code: 0,
    out: shown,
    err: '',
  });
});

test('the page about scripting lists every exit code and variable of the program', async () => {
  const page = read('docs/scripting.md').replaceAll('`', '');
  const lines = async (topic: string) =>
    (await runToEnd(`help ${topic}`, { HOME: createTemporaryFolder() })).out.split('\n');
  const codes = (await lines('exit-codes')).map((line) => /^ {2}(\d+) +(.*)$/.exec(line)).filter((match) => match);
  expect(codes.length).toBeGreaterThan(10);
  for (const match of codes) expect(page).toContain(`| ${match?.[1]} | ${match?.[2]} |`);
  const variables = (await lines('environment')).join('\n').matchAll(/^ {2}([A-Z].*)\n {6}(.*)$/gm);
  const rows = [...variables].map(([, name, meaning]) => `| ${name} | ${meaning} |`);
  expect(rows.length).toBeGreaterThan(10);
  for (const row of rows) expect(page).toContain(row);
});

const docs = readdirSync(resolve(root, 'docs')).filter((name) => name.endsWith('.md'));
const pages = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...docs.map((name) => `docs/${name}`)];

test.each(pages)('every file and heading that %s links to exists', (page) => {
  const links = [...read(page).matchAll(/\]\((?!https?:)([^)#]*)(#[^)]+)?\)/g)];
  const missing = links.filter(([, path = '', anchor]) => {
    const file = path === '' ? resolve(root, page) : resolve(root, dirname(page), path);
    return !existsSync(file) || (anchor !== undefined && !listAnchors(readFileSync(file, 'utf8')).includes(anchor));
  });
  expect(missing.map(([link]) => link)).toEqual([]);
});

/** Returns the anchors that GitHub gives to the headings of a page. */
function listAnchors(page: string): string[] {
  const headings = [...page.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading);
  return headings.map(
    (heading) =>
      `#${heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-')}`,
  );
}

test('CONTRIBUTING.md names each folder of the sources, and no missing file', () => {
  const text = read('CONTRIBUTING.md');
  const folders = readdirSync(resolve(root, 'src'), { withFileTypes: true }).filter((one) => one.isDirectory());
  expect(folders.map(({ name }) => name).filter((name) => !text.includes(`\`src/${name}/\``))).toEqual([]);
  const named = [...text.matchAll(/`((?:src|test|scripts|bin)\/[\w./-]*)`/g)].map(([, path = '']) => path);
  expect(named.filter((path) => !existsSync(resolve(root, path)))).toEqual([]);
});

test('every name of the code in CONTRIBUTING.md occurs in the code', () => {
  const code = ['src', 'scripts', 'test', 'cspell.json']
    .flatMap((path) => (path.includes('.') ? [path] : listFiles(path)))
    .map(read)
    .join('\n');
  const names = [...read('CONTRIBUTING.md').matchAll(/`([a-z]+[A-Z]\w*)(?:\(\))?`/g)].map(([, name = '']) => name);
  expect(names.length).toBeGreaterThan(20);
  expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(code))).toEqual([]);
});

function listFiles(folder: string): string[] {
  const entries = readdirSync(resolve(root, folder), { recursive: true, withFileTypes: true });
  return entries.filter((one) => /\.(?:ts|js)$/.test(one.name)).map(({ parentPath, name }) => join(parentPath, name));
}

test('--version shows the version of the package', async () => {
  const { version } = JSON.parse(read('package.json'));
  const { code, out } = await runToEnd('--version', {});
  expect({ code, out }).toEqual({
    code: 0,
    out: `upc ${version} (Node ${process.versions.node}, ${process.platform} ${process.arch})\n`,
  });
});

test.runIf(isPosix)('T-8: a reader that closes the pipe early ends the program quietly', async () => {
  const line = `${upc} sandbox reset --seed large:20000 -q >/dev/null 2>&1 && ${upc} ip list --sandbox | head -1; echo "\${PIPESTATUS[@]}"`;
  const { out, err } = await runInShell(line);
  expect({ out: out.split('\n').map((row) => row.split(/ +/)[0]), err }).toEqual({
    out: ['ADDRESS', '0', ''],
    err: '',
  });
});

test.runIf(isPosix)('T-8: all output arrives through a slow pipe', async () => {
  const line = `${upc} sandbox reset --seed large:20000 -q >/dev/null 2>&1 && ${upc} ip list --sandbox --json | (sleep 0.5; cat)`;
  const { code, out } = await runInShell(line);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toHaveLength(20_000);
});

test.runIf(existsSync('/dev/full'))(
  'T-8: a full disk behind stdout is reported with a non-zero exit code',
  async () => {
    const { code, out, err } = await runInShell(`${upc} ip list --sandbox --json >/dev/full`);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('Could not write to standard output: ENOSPC.');
  },
);

test.runIf(isPosix)('a closed stdin is no error, and no question is asked', async () => {
  expect((await runInShell(`${upc} ip list --sandbox -q --detached <&-`)).out).toBe('192.0.2.60\n198.51.100.60\n');
});

test.runIf(isPosix)('at a terminal the list is coloured, and through a pipe it is plain', async () => {
  const home = { HOME: createTemporaryFolder() };
  const list = `${upc} ip list --sandbox`;
  const terminal = runAtTerminal(`${list}; ${list} --detached | cat; echo over`, home);
  expect(await terminal.ended).toBe(0);
  const [coloured = '', plain = ''] = terminal
    .screen()
    .split(/(?=ADDRESS +KIND +ZONE +SERVER +PTR RECORD +POLICY\r\n192)/);
  expect(coloured).toContain('\u001b[');
  expect(plain).toContain('198.51.100.60');
  expect(plain).not.toContain('\u001b');
});

test('a Node that is too old gets a readable error', async () => {
  const start = read('bin/upc.js');
  // Even an old Node can run bin/upc.js: it has no import statements, and it checks the Node version before it loads other
  // files.
  expect(start).not.toMatch(/^import /m);
  expect(start.indexOf('require(')).toBeGreaterThan(start.indexOf('major < 20'));
  const pretend = 'data:text/javascript,Object.defineProperty(process.versions,"node",{value:"18.20.4"})';
  const { code, out, err } = await runInShell(`'${process.execPath}' --import '${pretend}' bin/upc.js ip list`);
  expect({ code, out, err }).toEqual({
    code: 1,
    out: '',
    err: 'upc needs Node 20.19 or newer; this is Node 18.20.4.\n',
  });
});

test('a Node 21 or 22 without process.getBuiltinModule() works', async () => {
  const without = 'data:text/javascript,delete process.getBuiltinModule';
  const { code, err } = await runInShell(`'${process.execPath}' --import '${without}' bin/upc.js --sandbox ip list`);
  expect({ code, err }).toEqual({ code: 0, err: '' });
});

test('a folder on stdin is an error, not an empty input', async () => {
  const { code, out, err } = await runInShell(`${upc} --sandbox ip release - --yes < .`);
  expect({ code, out, err }).toEqual({
    code: 2,
    out: '',
    err: 'Error: Standard input is a folder.\nPipe data into upc, or name a file.\n',
  });
});

test('a missing library gets a readable error', async () => {
  const { folder, script } = copyProgram();
  rmSync(join(folder, 'dist', 'libraries', 'hono.js'));
  expect(await runToEnd('--sandbox ip list', { HOME: folder }, script)).toEqual({
    code: 1,
    out: '',
    err: "Error: A part of upc is missing: Cannot find module './libraries/hono.js'\nInstall upc again. In a checkout, run: npm run build\n",
  });
});

test('an incomplete installation gets a readable error', async () => {
  const { folder, script } = copyProgram();
  rmSync(join(folder, 'dist', 'upc.js'));
  expect(await runToEnd('ip list', {}, script)).toEqual({
    code: 1,
    out: '',
    err: "upc cannot start: Cannot find module '../dist/upc.js'\nInstall upc again. In a checkout, run: npm run build\n",
  });
});
