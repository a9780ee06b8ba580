import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join, relative, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { insertVersion, renderManPages, renderReference, updateReadme } from '../src/cli/documents.ts';
import { rules } from '../src/domain/audit/rules.ts';
import { createTemporaryFolder } from './files/processes.ts';
import { listCommands, parseCommandLine, parseLine, startTestSandbox, type TestSandbox } from './fixture.ts';
import { isInstalled } from './installed.ts';
import { startProgram } from './program.ts';

const readme = readFileSync('README.md', 'utf8');
const listCodeBlocks = (page: string) =>
  [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = '', text = '']) => ({ language, text }));

/**
 * The pages that people write, by name. The pages of docs/reference are not among them: they are generated, and other
 * tests run their examples.
 */
const pages: ReadonlyMap<string, string> = new Map(
  ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...listPages('docs')].map((name) => [
    name,
    readFileSync(name, 'utf8'),
  ]),
);
const getPage = (name: string): string => pages.get(name) ?? '';
const ownWorkflows = readdirSync('.github/workflows')
  .map((name) => readFileSync(join('.github/workflows', name), 'utf8'))
  .join('');
const builtProgram = `'${process.execPath}' '${resolve('bin/upc.js')}'`;

function listPages(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${folder}/${name}`);
}

/** The account for the scripts on the pages: a sandbox, and the environment variables with which programs use it. */
let account: TestSandbox;
beforeAll(async () => {
  account = await startTestSandbox();
});
afterAll(() => account.close());

/**
 * Creates a home folder with these programs, by default `upc`, and an environment that contains no settings of this
 * machine.
 */
function createShellUser(programs: Readonly<Record<string, string>> = { upc: `exec ${builtProgram} "$@"` }) {
  const home = createTemporaryFolder();
  mkdirSync(join(home, 'bin'));
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(home, 'bin', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  return { env: { HOME: home, PATH: `${join(home, 'bin')}:${process.env.PATH}` }, cwd: home };
}

/** Finds a free port, which replaces the fixed port in the commands of a page. */
async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

/** Runs a script as it is, and stops at the first line that fails. */
async function runSuccessfully(
  script: string,
  more: Readonly<Record<string, string>> = {},
  { env, cwd } = createShellUser(),
) {
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

/**
 * Returns the arguments of each `upc` or `npx --yes upcloud-ip@<version>` command in a script. Quotes are removed;
 * `$(…)` stays as it is.
 */
function listScriptCommands(script: string): string[][] {
  const commands: string[][] = [[]];
  const token =
    /(\\\n|[^\S\n]+)|((?<=^|\s)#.*)|(\d?>+(?:&\d)?|<+)\s*|(\n|[|;&()]+)|((?:'[^']*'|"[^"]*"|\$\([^)]*\)|[^\s|;&()<>'"])+)/gy;
  let isTarget = false;
  for (const [, , , redirection, separator, word] of script.matchAll(token)) {
    if (separator !== undefined) commands.push([]);
    if (word !== undefined && !isTarget) commands.at(-1)?.push(word.replace(/'([^']*)'|"([^"]*)"/g, '$1$2'));
    if (word !== undefined || separator !== undefined) isTarget = false;
    if (redirection !== undefined) isTarget = !redirection.includes('&');
  }
  return commands.flatMap((command) => {
    const at = command.findIndex((word, i) =>
      word.startsWith('upcloud-ip@') ? command[i - 1] === '--yes' : word === 'upc' || word.endsWith('/upc'),
    );
    // Leave out `install upc /usr/local/bin`: it copies the program, but does not run it.
    return at < 0 || command.slice(0, at).includes('install') ? [] : [command.slice(at + 1)];
  });
}

/**
 * Returns the commands in the code spans of a page, without their placeholders. For `upc ip ptr set\|clear`, returns
 * two commands.
 */
function listCommandsInText(page: string): string[][] {
  const prose = page.replace(/^```[\s\S]*?^```$/gm, '').replace(/^- `test\/.*$/gm, '');
  return [...prose.matchAll(/`([^`]+)`/g)].flatMap(([, span = '']) => {
    const plain = span.replace(/<[^<>()]*>|\[[^\]]*\]|…/g, '').replaceAll(' \\| ', ' | ');
    const choice = /\S+\\\|\S+/.exec(plain)?.[0];
    const lines = choice === undefined ? [plain] : choice.split('\\|').map((one) => plain.replace(choice, one));
    return lines.flatMap(listScriptCommands);
  });
}

const uniqueByText = (lines: readonly string[][]) => [
  ...new Map(lines.map((line) => [line.join(' '), line])).entries(),
];

/** Parses a command line, with its options and arguments, as the program does. Runs nothing. @throws CommanderError */
async function parseWithoutRunning(line: readonly string[]): Promise<void> {
  const { program } = await parseCommandLine(line);
  for (const command of listCommands(program)) command.action(() => {});
  await program.parseAsync(line, { from: 'user' }).catch((error) => {
    if (!['commander.helpDisplayed', 'commander.version'].includes(error.code)) throw error;
  });
}

describe('every command of every page', () => {
  const all = [...pages.values()];
  const inBlocks = all.flatMap(listCodeBlocks).flatMap(({ text }) => listScriptCommands(text));
  const inText = all.flatMap(listCommandsInText);

  test('are many', () =>
    expect([uniqueByText(inBlocks).length > 50, uniqueByText(inText).length > 40]).toEqual([true, true]));

  test.each(uniqueByText(inBlocks))('is valid: upc %s', (_name, line) => parseWithoutRunning(line));

  test.each(uniqueByText(inText))('exists, with its options: upc %s', async (_name, line) => {
    const { path, hasUnknownWord } = await parseLine(line);
    expect(hasUnknownWord, `${path.join(' ')} of ${line.join(' ')}`).toBe(false);
  });
});

describe('the lines that the commands are read from', () => {
  test.each([
    ['a | upc ip list -q >file 2>&1 && upc whoami # upc no', [['ip', 'list', '-q'], ['whoami']]],
    ['until upc ip show 192.0.2.1 | grep x; do sleep 1; done', [['ip', 'show', '192.0.2.1']]],
    ['X=1 upc ip list \\\n  --csv "a; b" <file --json', [['ip', 'list', '--csv', 'a; b', '--json']]],
    ['- npx --yes upcloud-ip@1.2.3 ip list', [['ip', 'list']]],
    ['npm install -g upcloud-ip@1.2.3; upctl list; upc-notify', []],
    ['tar -xzf upc.tar.gz && sudo install upc-*/upc /usr/local/bin', []],
  ])('%s', (script, commands) => expect(listScriptCommands(script)).toEqual(commands));
});

describe.runIf(isInstalled('bash'))('every script of every page works unchanged', () => {
  /**
   * Scripts with these commands are not run here. Other tests, or the checks before a push, run them in a suitable
   * environment.
   */
  const elsewhere = /\bnpm |\bnpx |\.ci\/run|upc login|curl|float guard|ptr check/;
  const scripts = [...pages]
    .filter(([name]) => name !== 'docs/failover.md')
    .flatMap(([name, page]) =>
      listCodeBlocks(page).flatMap(({ language, text }) => (language === 'sh' ? [{ name, text }] : [])),
    );
  const findScript = (name: string, part: string): string =>
    listCodeBlocks(getPage(name)).find(({ language, text }) => language === 'sh' && text.includes(part))?.text ?? '';
  const runnable = scripts.filter(({ text }) => !elsewhere.test(text));

  test('are several', () => expect(runnable.length).toBeGreaterThan(4));

  for (const { name, text } of runnable) {
    // jq may not be installed on this machine.
    const canRun = !/\bjq\b/.test(text) || isInstalled('jq');
    test.runIf(canRun)(`${name}: ${text.trim().split('\n')[0]}`, () => runSuccessfully(text, account.env));
  }

  test('signing in', async () => {
    const script = findScript('docs/accounts.md', 'upc login --with-token');
    // Remove `upc login`, which cannot ask a question without a terminal. test/terminal tests it.
    await runSuccessfully(`${script.replace(/^upc login .*$/m, '')}\nupc whoami --profile default`, {
      TOKEN: 'ucat_sandbox',
      UPCLOUD_DEBUG_API_BASE_URL: account.origin,
    });
  });

  test.runIf(isInstalled('curl'))('curl, with a served sandbox', async () => {
    const script = findScript('docs/sandbox.md', 'curl');
    await runSuccessfully(script.replace('http://127.0.0.1:8080', account.origin).replace('curl', 'curl -fsS'));
  });

  test('the guard, until it is stopped', async () => {
    const script = findScript('docs/failover.md', 'http://192.0.2.10/health');
    const line = script.replaceAll('\\\n', ' ').replace('upc ', '').replace('http://192.0.2.10/health', account.origin);
    const guard = startProgram(line, { HOME: createTemporaryFolder(), ...account.env });
    await guard.shown(/Guarding 192\.0\.2\.50/);
    guard.process.kill('SIGTERM');
    expect(await guard.ended).toBe(0);
  });
});

const createWorkflowExpression = (text: string): string => `\${{ ${text} }}`;

interface WorkflowStep {
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface WorkflowJob {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly steps: readonly WorkflowStep[];
}

/**
 * Returns the jobs of a GitHub workflow or a GitLab pipeline. The environment of a GitLab job includes the project's
 * variables.
 */
function listJobs(recipe: Record<string, unknown>): [name: string, job: WorkflowJob][] {
  if (recipe.jobs) return Object.entries(recipe.jobs as Record<string, WorkflowJob>);
  return Object.entries(recipe as Record<string, { script?: string[] }>).flatMap(([name, { script }]) =>
    script
      ? [
          [
            name,
            {
              env: { UPCLOUD_TOKEN: createWorkflowExpression('secrets.UPCLOUD_TOKEN') },
              steps: script.map((run) => ({ run })),
            },
          ],
        ]
      : [],
  );
}

describe.runIf(isInstalled('bash'))('every recipe for CI works as pasted', () => {
  const recipes = [...pages].flatMap(([name, page]) =>
    listCodeBlocks(page).flatMap(({ language, text }) =>
      language === 'yaml' ? [{ name, text, recipe: parse(text) }] : [],
    ),
  );
  const jobs = recipes.flatMap(({ name, recipe }) =>
    listJobs(recipe).map(([job, content]) => ({ name, job, ...content })),
  );

  test('are several', () => expect(jobs.length).toBeGreaterThan(7));

  test.each(jobs)('$name: $job', async ({ env = {}, steps }) => {
    /** The values of the expressions in a GitHub workflow. */
    const expressions: Readonly<Record<string, string>> = {
      'secrets.UPCLOUD_TOKEN': account.env.UPCLOUD_TOKEN ?? '',
      'inputs.to': 'web-2',
      'github.token': 'ghs_token',
      'github.event.pull_request.number': '7',
    };
    const evaluateExpressions = (values: Readonly<Record<string, string>>) =>
      Object.fromEntries(
        Object.entries(values).map(([name, value]) => [
          name,
          value.replace(/\$\{\{ (.*?) \}\}/g, (_all, expression) => expressions[expression] ?? expect.fail(expression)),
        ]),
      );
    // A CI runner has npm, npx and gh, but not upc.
    const runner = createShellUser({
      npm: `[ "$1 $2" = 'install -g' ] && case $3 in upcloud-ip@[0-9]*) ;; *) exit 1 ;; esac
printf '#!/bin/sh\nexec ${builtProgram} "$@"\n' >"$HOME/bin/upc" && chmod +x "$HOME/bin/upc"`,
      npx: `[ "$1" = --yes ] && case $2 in upcloud-ip@[0-9]*) ;; *) exit 1 ;; esac\nshift 2\nexec ${builtProgram} "$@"`,
      gh: 'printf "%s\\n" "$@" >gh-arguments; test -n "$GH_TOKEN"',
    });
    const summary = join(runner.cwd, 'summary');
    const given = {
      CI: 'true',
      GITHUB_STEP_SUMMARY: summary,
      GITHUB_REPOSITORY: 'owner/repository',
      UPCLOUD_DEBUG_API_BASE_URL: account.origin,
    };
    await writeRecordFile(runner.cwd);
    for (const step of steps.filter(({ run }) => run !== undefined)) {
      await runSuccessfully(step.run ?? '', { ...given, ...evaluateExpressions({ ...env, ...step.env }) }, runner);
    }
    const isPlan = steps.some(({ run }) => run?.includes('gh pr comment'));
    if (!isPlan) return;
    const plan = readFileSync(join(runner.cwd, 'plan.md'), 'utf8');
    expect(plan).toMatch(/^```diff\n[+~] 192\.0\.2\.11 .*\n```\n/);
    expect(readFileSync(summary, 'utf8')).toBe(plan);
    expect(readFileSync(join(runner.cwd, 'gh-arguments'), 'utf8')).toMatch(
      /^pr\ncomment\n7\n--repo\nowner\/repository\n/,
    );
  });

  /** Writes a file of PTR records for a job to apply. One record differs from the account. */
  async function writeRecordFile(folder: string): Promise<void> {
    const { out } = await account.cli('ip ptr export');
    writeFileSync(
      join(folder, 'ptr.hosts'),
      out.replace(/^192\.0\.2\.11 .*$/m, `192.0.2.11 app-${Date.now()}.example.com`),
    );
  }

  test.each(jobs)('$name: $job has the permissions that it needs, and no more', ({ permissions, steps }) => {
    const usesAction = (action: string) => steps.some((step) => step.uses?.startsWith(`${action}@`));
    if (!steps.some((step) => step.uses !== undefined)) return expect(permissions).toBeUndefined();
    return expect(permissions ?? {}).toEqual({
      ...(usesAction('actions/checkout') && { contents: 'read' }),
      ...(usesAction('github/codeql-action/upload-sarif') && { 'security-events': 'write' }),
      ...(steps.some(({ run }) => run?.includes('gh pr comment')) && { 'pull-requests': 'write' }),
    });
  });

  test('a workflow for pull requests and main has separate concurrency groups', () => {
    const both = recipes.filter(({ recipe }) => recipe.on?.pull_request);
    expect(both.length).toBeGreaterThan(0);
    for (const { recipe } of both) {
      expect(recipe.concurrency.group).toContain("github.event_name == 'pull_request' && github.ref || 'main'");
      expect(recipe.concurrency['cancel-in-progress']).toBe(
        createWorkflowExpression("github.event_name == 'pull_request'"),
      );
    }
  });

  test('all workflows use the same version of an action, and our own pin its commit', () => {
    const versions = new Map<string, Set<string>>();
    const addVersion = (action: string, version: string) =>
      versions.set(action, (versions.get(action) ?? new Set()).add(version));
    for (const { uses } of jobs.flatMap(({ steps }) => steps)) {
      const [action = '', version = ''] = uses?.split('@') ?? [];
      if (uses) addVersion(action, version);
    }
    expect(versions.size).toBe(3);
    for (const [, uses = ''] of ownWorkflows.matchAll(/^ +(?:- )?uses: (.*)$/gm)) {
      const [, action = '', major = ''] = /^([\w./-]+)@[0-9a-f]{40} # (v\d+)\.\d+\.\d+$/.exec(uses) ?? [];
      expect(action, uses).not.toBe('');
      addVersion(action, major);
    }
    expect([...versions].filter(([, found]) => found.size !== 1)).toEqual([]);
  });
});

describe.runIf(isInstalled('bash'))('the page of failover', () => {
  const failoverPage = getPage('docs/failover.md');

  test('the rehearsal works as it stands', { timeout: 120_000 }, async () => {
    const port = await findFreePort();
    const script = listCodeBlocks(failoverPage.slice(failoverPage.indexOf('## A rehearsal')))
      .filter(({ language }) => language === 'sh')
      .map(({ text }) => text)
      .join('\n')
      .replace('$(npm root -g)/upcloud-ip', resolve('.'))
      .replace('--port 8080', `--port ${port}`)
      // A reader can repeat a step that fails at random. This script cannot, so no request may fail.
      .replace('--fail-rate 10', '--fail-rate 0');
    await runSuccessfully(script);
  });

  test('every file of contrib/ that it links to exists, and none is missing', () => {
    const listLinkedFiles = (page: string) =>
      [...page.matchAll(/\]\((?:\.\.\/)?contrib\/([^)]+)\)/g)].map(([, file]) => file);
    const files = readdirSync('contrib', { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => relative('contrib', join(parentPath, name)).replaceAll('\\', '/'));
    expect([...new Set(listLinkedFiles(failoverPage))].sort()).toEqual(files.sort());
  });
});

test.runIf(isInstalled('bash'))('the output in the README is real', () => {
  const first = listCodeBlocks(readme).find(({ language }) => language === 'text');
  const { env, cwd } = createShellUser();
  expect(execFileSync('bash', ['-c', 'upc --sandbox ip list'], { env, cwd, encoding: 'utf8' })).toBe(first?.text);
});

test('the README is read in a minute or two: at most 1,200 words', () => {
  expect(readme.split(/\s+/).length).toBeLessThan(1200);
});

test.each([...pages])('%s installs the version of the package: npm run docs', (_name, page) => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(insertVersion(page, version)).toBe(page);
});

test('the table of commands matches the declarations: npm run docs', async () => {
  expect(await updateReadme(readme)).toBe(readme);
  expect(readme.match(/^\| `upc /gm)).toHaveLength(10);
});

test('the reference has a page for every command that matches its declaration: npm run docs', async () => {
  const pages = await renderReference();
  expect(readdirSync('docs/reference').sort()).toEqual(Object.keys(pages).sort());
  for (const [name, text] of Object.entries(pages)) {
    expect(readFileSync(`docs/reference/${name}`, 'utf8')).toBe(text);
    for (const [, link] of text.matchAll(/\]\(([\w.-]+)/g)) expect(Object.keys(pages)).toContain(link);
  }
});

test('the package names every manual page that the build writes', async () => {
  // npm installs only manual pages that package.json lists one by one.
  const { man } = JSON.parse(readFileSync('package.json', 'utf8'));
  const pages = Object.entries(await renderManPages('1.2.3'));
  expect(man).toEqual(pages.map(([name]) => `./dist/man/${name}`));
  expect(readdirSync('dist/man').sort()).toEqual(pages.map(([name]) => name).sort());
});

test('the page about the audit lists each rule at its level', () => {
  for (const level of ['high', 'warn', 'info']) {
    const [, row = ''] = new RegExp(`^\\| \`${level}\` \\|(.*)\\|$`, 'm').exec(getPage('docs/audit.md')) ?? [];
    const named = [...row.matchAll(/`([a-z-]+)`/g)].map(([, id]) => id);
    const known = rules.filter((rule) => rule.level === level).map(({ id }) => id);
    expect(named.filter((id) => id !== '--dns').sort()).toEqual(known.sort());
  }
});
