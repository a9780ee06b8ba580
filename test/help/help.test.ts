import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import type { CommandGroup } from '../../src/app/command.ts';
import { getCommandDeclaration } from '../../src/app/declared-command.ts';
import { commandTree } from '../../src/cli/tree.ts';
import { exit } from '../../src/core/errors.ts';
import { environmentVariables, exitCodes, jsonTypes } from '../../src/help/topics.ts';
import {
  getCommandPath,
  listCommands,
  listLeafCommands,
  parseCommandLine,
  parseLine,
  splitWords,
  startTestSandbox,
  type TestSandbox,
  upc,
} from '../fixture.ts';
import { isInstalled } from '../installed.ts';

const { program } = await parseCommandLine();
const leafCommands = listLeafCommands(program);

let b: TestSandbox;
beforeAll(async () => {
  b = await startTestSandbox();
});
afterAll(() => b.close());

describe.each(listCommands(program).map((command) => [getCommandPath(command) || 'upc', command] as const))(
  '%s',
  (path, command) => {
    it.each([undefined, 60, 80])(
      'its help fits (terminal: %s columns), explains the command, and goes to stdout',
      async (width) => {
        const line = path === 'upc' ? '--help' : `${path} --help`;
        const { code, out, err } = await upc(line, width === undefined ? {} : { width });
        expect({ code, err }).toEqual({ code: 0, err: '' });
        const limit = width ?? 80;
        const prose = out.split('\n').filter((text) => !text.startsWith('  $ ') && !text.startsWith('  { '));
        for (const text of prose) expect(text.length, text).toBeLessThanOrEqual(limit);
        expect(out.replace(/\s+/g, ' ')).toContain(command.description().replace(/\s+/g, ' '));
      },
    );
  },
);

it('headings list only existing commands', () => {
  const groups = (group: CommandGroup): CommandGroup[] => [
    group,
    ...Object.values(group.commands).flatMap((one) => (typeof one === 'function' ? [] : groups(one))),
  ];
  for (const { headings = {}, commands } of groups(commandTree)) {
    for (const name of Object.values(headings).flat()) expect(Object.keys(commands)).toContain(name);
  }
});

it.each(leafCommands.filter(getCommandDeclaration).map((command) => [getCommandPath(command), command] as const))(
  '%s: each example is a command line that exists',
  async (path, command) => {
    for (const example of getCommandDeclaration(command)?.examples ?? []) {
      const lines = example.split(' | ').map((line) => splitWords(line.replace(/ [<>] .*$/, '')));
      const named = await Promise.all(lines.filter(([name]) => name === 'upc').map(([, ...rest]) => parseLine(rest)));
      for (const line of named) expect(line, example).toMatchObject({ hasUnknownWord: false, open: undefined });
      expect(named.map((line) => line.path.join(' '))).toContain(path);
    }
  },
);

it.each([
  ['foo --help', "Error: Unknown command 'upc foo'.\nSee `upc --help`.\n"],
  ['ip foo --help', "Error: Unknown command 'upc ip foo'.\nSee `upc ip --help`.\n"],
  ['ip float foo bar -h', "Error: Unknown command 'upc ip float foo'.\nSee `upc ip float --help`.\n"],
  ['help ip list extra', "Error: There is no help for 'ip list extra'.\nLeave out 'extra': it is not a command.\n"],
])('upc %s: help for an unknown command is an error', async (line, err) => {
  expect(await upc(line)).toEqual({ code: 2, out: '', err });
});

it('a mistyped command or option gets a suggestion', async () => {
  expect(await upc('ip lst')).toMatchObject({
    code: 2,
    out: '',
    err: expect.stringContaining('Did you mean one of list, ls?'),
  });
  expect(await upc('ip list --detachd')).toMatchObject({
    code: 2,
    out: '',
    err: expect.stringContaining('Did you mean --detached?'),
  });
});

describe('upc help', () => {
  it('exit-codes lists every exit code', async () => {
    const { out } = await upc('help exit-codes');
    for (const [code, meaning] of exitCodes) expect(out).toContain(`  ${code.padEnd(3)}  ${meaning}\n`);
    expect(exitCodes.map(([code]) => Number(code)).sort((a, b) => a - b)).toEqual(
      Object.values(exit).sort((a, b) => a - b),
    );
  });

  it('environment lists every variable', async () => {
    const { out } = await upc('help environment');
    for (const [name] of environmentVariables) expect(out).toContain(name);
  });

  it('json shows samples that match the real output', async () => {
    const { out } = await upc('help json');
    for (const { sample } of jsonTypes) expect(out).toContain(sample.split('\n')[1]);
    const listSampleKeys = (name: string) =>
      Object.keys(JSON.parse(jsonTypes.find((type) => type.name === name)?.sample ?? '')).sort();
    const [first] = JSON.parse((await b.cli('ip ptr list --json')).out);
    expect(listSampleKeys('address')).toEqual(Object.keys(first).sort());
    const [zone] = JSON.parse((await b.cli('ip tree --json')).out);
    expect(listSampleKeys('zone of a tree')).toEqual(Object.keys(zone).sort());
    const { err } = await b.cli('ip show 192.0.2.250 --json');
    const sample = JSON.parse(jsonTypes.find((type) => type.name === 'error')?.sample ?? '');
    expect(Object.keys(sample.error).sort()).toEqual(Object.keys(JSON.parse(err).error).sort());
  });

  it('prints a command’s help; an unknown command is a usage error', async () => {
    expect((await upc('help ip list')).out).toBe((await upc('ip list --help')).out);
    expect((await upc('help')).out).toBe((await upc('--help')).out);
    expect(await upc('help nonsense')).toMatchObject({ code: 2, out: '' });
  });
});

test('a note of several lines is one row on the pages of its command', () => {
  const text =
    'when a token is needed, for at most 10 s. The token is never stored. A token or password that is already stored in the profile is removed.\n';
  const reference = readFileSync('docs/reference/upc-profile-set.md', 'utf8');
  expect(reference).toMatch(/^- `token-command`: .*$/m);
  expect(reference).toContain(text);
  expect(readFileSync('dist/man/upc-profile-set.1', 'utf8')).toContain(text);
});

describe('the manual page', () => {
  const page = readFileSync('dist/man/upc.1', 'utf8');

  it('has every command and every option', () => {
    const text = page.replaceAll('\\-', '-');
    for (const command of leafCommands) {
      expect(text).toContain(
        `.SS "upc ${getCommandPath(command.parent ?? program)} ${command.name()}`.replace('  ', ' '),
      );
      for (const { flags } of command.options) expect(text).toContain(flags);
    }
    const sections = [...text.matchAll(/^\.SS "upc ([a-z -]+[a-z])/gm)].map(([, path]) => path);
    expect(sections).toEqual(
      leafCommands.map((command) => `${getCommandPath(command.parent ?? program)} ${command.name()}`.trim()),
    );
  });

  const shown = (program: string, args: readonly string[], file = 'dist/man/upc.1') => {
    const env = { ...process.env, MANWIDTH: '80', GROFF_NO_SGR: '1', LC_ALL: 'C.UTF-8' };
    const { status, stdout, stderr } = spawnSync(program, [...args, file], { env, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    // man prints a bold letter twice, with a backspace in between. Remove the first letter and the backspace.
    return stdout.replaceAll(/.\u0008/g, '');
  };

  it.runIf(isInstalled('groff'))('is understood by groff without a warning', () => {
    const text = shown('groff', ['-man', '-ww', '-Tutf8']);
    expect(text).toContain('upc - manage UpCloud IP addresses');
    expect(text).toContain('upc ip list --sandbox --detached -q');
  });

  it.runIf(isInstalled('groff'))('of each command is understood by groff without a warning', () => {
    for (const command of leafCommands) {
      const path = `upc ${getCommandPath(command.parent ?? program)} ${command.name()}`.replaceAll(/ +/g, ' ');
      const text = shown('groff', ['-man', '-ww', '-Tutf8'], `dist/man/${path.replaceAll(' ', '-')}.1`);
      expect(text).toContain(path);
      for (const heading of ['NAME', 'SYNOPSIS', 'EXIT STATUS', 'EXAMPLES']) expect(text).toContain(heading);
    }
  });

  // man needs groff for the layout.
  it.runIf(isInstalled('man') && isInstalled('groff'))('is shown by man without a warning', () => {
    expect(shown('man', ['--warnings', '-l'])).toContain('upc ip list --sandbox --detached -q');
  });
});
