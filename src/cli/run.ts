import { fstatSync } from 'node:fs';
import { isatty } from 'node:tty';
import { type Command, CommanderError } from 'commander';
import { locate } from '../app/command-line.ts';
import { type Context, createContext, type Deps } from '../app/context.ts';
import type { Globals } from '../app/globals.ts';
import { systemClock } from '../core/clock.ts';
import { asUpcError, type ExitCode, exit, UpcError, UsageError } from '../core/errors.ts';
import { ExitSilently } from '../core/exit-silently.ts';
import { aborted, interruptCode } from '../core/interrupt.ts';
import { withAnswers } from '../prompt/missing.ts';
import { createProgram } from './root.ts';
import { listenForSignals } from './signals.ts';
import { type Commands, commands } from './tree.ts';

/**
 * The whole program as a function.
 * @param argv the arguments after the program's name
 * @returns the exit code; it never throws
 */
export async function run(argv: readonly string[], deps: Deps): Promise<ExitCode> {
  let opts: () => Globals = () => fallbackGlobals;
  const context = createContext(deps, () => opts());
  let code: ExitCode = exit.ok;
  try {
    const program = createProgram(context, argv);
    opts = () => program.opts<Globals>();
    assertKnownCommand(program, argv);
    if (argv[0] === '__complete') await completeLine(program, context, argv.slice(1));
    else await program.parseAsync(await withAnswers(program, context, argv), { from: 'user' });
  } catch (thrown) {
    code = await report(context.fault ?? thrown);
  }
  const closed = await context.close().then(() => exit.ok, report);
  if (code === exit.ok) code = closed;
  return context.out.flush().then(
    () => code,
    (error: UpcError) => {
      showError(error);
      return code === exit.ok ? error.exitCode : code;
    },
  );

  async function report(thrown: unknown): Promise<ExitCode> {
    if (thrown instanceof ExitSilently) return thrown.exitCode;
    if (thrown instanceof CommanderError) {
      if (thrown.exitCode === 0 || thrown.code === 'commander.help') return exit.ok;
      return showError(commanderError(thrown, argv));
    }
    const error = asUpcError(thrown);
    if (error.cause instanceof Error && opts().debug) await debugStack(context, error.cause);
    return showError(interrupted(error, interruptCode(deps.interrupt)));
  }

  function showError(error: UpcError): ExitCode {
    try {
      context.out.error(error);
    } catch {
      // The settings themselves are wrong (an unknown format): the error is then told as plain text.
      opts = () => fallbackGlobals;
      context.out.error(error);
    }
    return error.exitCode;
  }
}

/** Where a fault of our own came up, for whoever reports it. */
async function debugStack({ out }: Context, { stack = '' }: Error): Promise<void> {
  const { sourceStack } = await import('./source-stack.ts');
  for (const line of sourceStack(stack)) out.debug(line);
}

function interrupted(error: UpcError, code: ExitCode | undefined): UpcError {
  // That nobody knows what came of it matters more than why.
  if (code === undefined || code === error.exitCode || error.exitCode === exit.unknown) return error;
  return new UpcError(code, error.lines, { code: error.code, status: error.status, hint: error.hints });
}

/** A shell asks what can follow. Kept from commander, which would take the words of that line for its own. */
async function completeLine(program: Command, context: Context, words: readonly string[]): Promise<void> {
  const { complete } = await import('../completion/complete.ts');
  await complete(program, context, words);
}

const fallbackGlobals: Globals = { headers: true, timeout: 60, color: 'auto', output: 'table' };

/** Of a command that is not there commander would show the help of the one above it, as if all were well. */
function assertKnownCommand(program: Command, argv: readonly string[]): void {
  const words = argv.filter((word) => word !== '--help' && word !== '-h');
  if (words.length === argv.length) return;
  const { command, args } = locate(program, words);
  const [unknown] = args;
  if (unknown === undefined || command.commands.length === 0) return;
  const above = ['upc', ...commandWords(argv), '--help'].join(' ');
  throw new UsageError(`Unknown command '${unknown}'.`, `See \`${above}\`.`);
}

/** An error of the command line, with the help that is nearest to it. */
function commanderError(error: CommanderError, argv: readonly string[]): UsageError {
  const [message = '', ...rest] = error.message.replace(/^error: /, '').split('\n');
  const sentence = message.charAt(0).toUpperCase() + message.slice(1);
  const suggestion = rest.join(' ').replace(/^\(|\)$/g, '');
  return new UsageError(
    /[.?!]$/.test(sentence) ? sentence : `${sentence}.`,
    suggestion || `See \`upc ${[...commandWords(argv), '--help'].join(' ')}\`.`,
  );
}

/** The words of the command that a command line begins with, as far as it is one. */
function commandWords(argv: readonly string[]): string[] {
  let known: Commands = commands;
  const words: string[] = [];
  for (const word of argv.filter((one) => !one.startsWith('-'))) {
    const next = Object.hasOwn(known, word) ? known[word] : undefined;
    if (next === undefined) break;
    words.push(word);
    if (typeof next === 'function') break;
    known = next.commands;
  }
  return words;
}

/** For a folder Node makes a stream that is empty, and nothing would be done about nothing. */
function standardInput(): typeof process.stdin {
  if (isFolder(0)) throw new UsageError('Standard input is a folder.', 'Pipe in what is to be read, or name a file.');
  return process.stdin;
}

function isFolder(fd: number): boolean {
  try {
    return fstatSync(fd).isDirectory();
  } catch {
    // Closed; Node opens it as one that is empty.
    return false;
  }
}

/** The program as bin/upc.js starts it. Node makes each stream when it is first asked for, which takes a few ms each. */
export async function main(): Promise<ExitCode> {
  const { env, argv, platform } = process;
  const interrupt = listenForSignals(process);
  const running = run(argv.slice(2), {
    env,
    platform,
    interrupt,
    get stdin() {
      return standardInput();
    },
    get stdinIsTTY() {
      return isatty(0);
    },
    get stdout() {
      return process.stdout;
    },
    get stderr() {
      return process.stderr;
    },
    get stderrIsTTY() {
      return isatty(2);
    },
  });
  // Told to end at once, it has a second for its report, whatever it is stuck in (T-7).
  const stuck = aborted(interrupt.ending)
    .then(() => systemClock.sleep(1_000))
    .then(() => interruptCode(interrupt) ?? exit.interrupted);
  return Promise.race([running, stuck]);
}
