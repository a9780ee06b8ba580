import { CommanderError } from 'commander';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { getCommandPath, listLeafCommands, parseCommandLine, splitWords } from '../fixture.ts';

/** Parses a command line without running its command. Returns the program, its commands and its output. */
async function parseProgram(argv: readonly string[] | undefined) {
  const { program, context, shown } = await parseCommandLine(argv);
  return { program, leaves: listLeafCommands(program), flush: () => context.out.flush(), shown };
}

/**
 * Parses a command line. Returns the called command with its arguments and options. If no command is called, returns
 * the error and the output.
 */
async function parseOutcome(argv: readonly string[], registered: readonly string[] | undefined): Promise<unknown> {
  const { program, leaves, flush, shown } = await parseProgram(registered);
  let called: unknown;
  for (const command of leaves) {
    command.action(() => {
      called = { path: getCommandPath(command), args: command.args, options: command.optsWithGlobals() };
    });
  }
  try {
    await program.parseAsync(argv, { from: 'user' });
    return called;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    await flush();
    const { message, name } = error;
    return { name, message, code: error instanceof CommanderError ? error.code : undefined, shown: shown() };
  }
}

describe('the program with only the named command behaves like the whole program', () => {
  it.each([
    'ip list',
    'ip float move 192.0.2.50 --to web-2',
    '--sandbox --output json ip --profile=work ptr -y list',
    '--profile whoami ip list',
    '-ojson ip ls',
  ])('upc %s: one command', async (line) => expect((await parseProgram(splitWords(line))).leaves).toHaveLength(1));

  it.each([
    ['ip', 9],
    ['ip lst', 9],
    ['', 7],
    ['ip float --help', 6],
  ])('upc %s: the group where the words end', async (line, count) => {
    const { program } = await parseCommandLine(splitWords(line));
    const last = splitWords(line)
      .filter((word) => word === 'ip' || word === 'float')
      .reduce((at, name) => at.commands.find((one) => one.name() === name) ?? at, program);
    expect(last.commands.length).toBeGreaterThanOrEqual(count);
  });

  const names = ['ip', 'list', 'ls', 'float', 'move', 'ptr', 'policy', 'set', 'whoami', 'sandbox', 'status', 'profile'];
  const options = ['--sandbox', '--json', '-q', '-y', '--profile', '-o', '--output=json', '-ojson', '-qy', '--sort'];
  const others = [
    '--detached',
    '--to',
    '--floating',
    '--',
    '-',
    '--help',
    '-h',
    '-V',
    '--nonsense',
    '-qh',
    'web-1',
    '',
  ];

  it('for any command line', async () => {
    const word = fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(...names) },
      { weight: 3, arbitrary: fc.constantFrom(...options) },
      { weight: 2, arbitrary: fc.constantFrom(...others) },
    );
    const beginnings = fc.constantFrom(
      ['ip'],
      ['ip', 'list'],
      ['ip', 'float', 'move'],
      ['whoami'],
      ['--sandbox', 'ip'],
      [],
    );
    await fc.assert(
      fc.asyncProperty(beginnings, fc.array(word, { maxLength: 6 }), async (start, more) => {
        const argv = [...start, ...more];
        expect(await parseOutcome(argv, argv)).toEqual(await parseOutcome(argv, undefined));
      }),
      { numRuns: 600 },
    );
  });
});
