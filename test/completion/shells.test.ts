import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { completionScripts } from '../../src/completion/scripts.ts';
import { createTemporaryFolder } from '../files/processes.ts';
import { startTestSandbox, type TestSandbox } from '../fixture.ts';
import { isInstalled } from '../installed.ts';
import { createProgramFolder, startTerminal, type Terminal } from '../terminal.ts';

let b: TestSandbox;
const newServerTitles: Record<string, string> = {
  'web-2': "Bob's $(touch pwned) box",
  'mail-1': 'mail one',
  'db-1': '\u001b[31mred',
};
beforeAll(async () => {
  b = await startTestSandbox();
  await b.rename(newServerTitles);
});
afterAll(() => b.close());

/** Opens an interactive shell that has loaded the completion script. */
async function openShellWithCompletion(
  name: 'bash' | 'zsh' | 'fish',
  env: Record<string, string> = {},
): Promise<Terminal> {
  const folder = createTemporaryFolder();
  const file = join(folder, 'script');
  writeFileSync(file, completionScripts[name]);
  const path = `${createProgramFolder()}:${process.env.PATH}`;
  const settings = { ...b.env, PATH: path, HOME: folder, PS1: '$ ', ...env };
  if (name === 'bash') {
    const rc = join(folder, 'rc');
    writeFileSync(rc, `PS1='$ '\nbind 'set bell-style none'\nbind 'set completion-query-items 0'\nsource ${file}\n`);
    const at = startTerminal('bash', ['--noprofile', '--rcfile', rc, '-i'], { env: settings });
    await at.shows(/^\$/m);
    return at;
  }
  if (name === 'zsh') {
    writeFileSync(join(folder, '.zshrc'), `autoload -Uz compinit; compinit -u; PS1='$ '\nsource ${file}\n`);
    const at = startTerminal('zsh', ['-i'], { env: { ...settings, ZDOTDIR: folder } });
    await at.shows(/^\$/m);
    return at;
  }
  const setup = `function fish_prompt; echo '$ '; end; set fish_greeting; source ${file}`;
  const at = startTerminal('fish', ['--no-config', '-i', '-C', setup], {
    env: { ...settings, XDG_CONFIG_HOME: folder },
  });
  await at.shows(/^\$/m);
  return at;
}

/**
 * Presses Tab again and again until the candidate appears. On a busy machine, the completion may exceed its time limit
 * of one second.
 */
async function pressTab(at: Terminal, expected: string | RegExp): Promise<void> {
  for (let presses = 1; presses <= 10; presses++) {
    at.type('\t');
    const isThere = await at.shows(expected, 3_000).then(
      () => true,
      () => false,
    );
    if (isThere) return;
  }
  expect(at.screen()).toMatch(expected);
}

describe.each(['bash', 'zsh', 'fish'] as const)('%s', (name) => {
  const test = it.runIf(isInstalled(name));

  test.each([
    ['a command', 'upc ip tr\t', /upc ip tree/],
    ['a command of a group', 'upc ip float att\t', /upc ip float attach/],
    ['an address to release', 'upc ip release 198.51.100.6\t', /release 198\.51\.100\.60/],
    ['an option', 'upc ip list --deta\t', /--detached/],
    ['a choice', 'upc ip list --output nd\t', /--output ndjson/],
    ['an address', 'upc ip show 198.51.100.6\t', /198\.51\.100\.60/],
    [
      'an IPv6 address behind its colons',
      'upc ip show 2001:db8:1:1:d845:c4ff:fe5c:2\t',
      /show 2001:db8:1:1:d845:c4ff:fe5c:2beb/,
    ],
    ['a title with a space', 'upc ip tree --server mai\t', /--server mail\\? ?\\?\s?one/],
    ['a title inside quotes', "upc ip tree --server 'mail o\t", /--server ['"]?mail(\\)? one/],
    [
      'a title that holds code, quoted so that it stays text',
      'upc ip tree --server Bob\t',
      /--server (Bob\\'s\\ \\\$\\\(touch\\ pwned\\\)\\ box|"Bob's \\\$\(touch pwned\) box")/,
    ],
    ['a value behind =', 'upc ip list --output=nd\t', /--output=ndjson/],
  ])('completes %s', async (_what, keys, expected) => {
    const at = await openShellWithCompletion(name);
    at.type(keys.slice(0, -1));
    await pressTab(at, expected);
  });

  test('lists every address that suits a command', async () => {
    const at = await openShellWithCompletion(name);
    at.type('upc ip show 203.0.113.1\t');
    // fish does not show all of the candidates' common beginning, so expect only the end of an address.
    await pressTab(at, /3\.0\.113\.11/);
    await at.shows(/3\.0\.113\.12/);
    if (name !== 'bash') await at.shows('edge-1, edge.example.com');
  });

  test('a server whose title would control the terminal is offered by UUID', async () => {
    const at = await openShellWithCompletion(name);
    at.type('upc ip tree --server 00c2');
    await pressTab(at, '00c2a9f4-6d17-4e5b-8f30-9b7e21d4c605');
    expect(at.raw()).not.toContain('\u001b[31mred');
  });

  test('the script has no syntax error', () => {
    const file = join(createTemporaryFolder(), 'script');
    writeFileSync(file, completionScripts[name]);
    execFileSync(name, ['-n', file]);
  });

  test('offers no candidates and no error within a second if the API does not respond', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((listening) => silent.listen(0, '127.0.0.1', listening));
    onTestFinished(() => void silent.close());
    const origin = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const at = await openShellWithCompletion(name, { UPCLOUD_DEBUG_API_BASE_URL: origin });
    at.type('upc ip show 1\t');
    at.type('\u0005X');
    await at.shows('upc ip show 1X');
    expect(at.screen()).not.toMatch(/error|not reachable/i);
  });
});
