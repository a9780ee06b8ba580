import { CommanderError } from 'commander';
import { type CommandLine, readCommandLine } from '../app/command-line.ts';
import { type Context, createContext, type ProgramDependencies } from '../app/context.ts';
import type { GlobalOptions } from '../app/globals.ts';
import { type ExitCode, exit, toUpcError, UpcError, UsageError } from '../core/errors.ts';
import { SilentExit } from '../core/exit-silently.ts';
import { getInterruptCode } from '../core/interrupt.ts';
import { askForMissingValues } from '../prompt/missing.ts';
import { createProgram } from './program.ts';
import { suggestCommand } from './suggestions.ts';
import { commandTree } from './tree.ts';

/**
 * Runs the whole program. It never throws.
 * @param argv the arguments after the program's name
 * @returns the exit code
 */
export async function runProgram(argv: readonly string[], deps: ProgramDependencies): Promise<ExitCode> {
  let getGlobalOptions: () => GlobalOptions = () => defaultGlobals;
  const context = createContext(deps, () => getGlobalOptions());
  let code: ExitCode = exit.ok;
  let commandPath: readonly string[] = [];
  try {
    if (argv[0] === '__complete') await printCompletions(context, argv.slice(1));
    else {
      const line = await readCommandLine(commandTree, argv);
      commandPath = line.path;
      const program = await createProgram(context, line);
      getGlobalOptions = () => program.opts<GlobalOptions>();
      assertKnownCommand(line);
      await program.parseAsync(await askForMissingValues(line, context, argv), { from: 'user' });
    }
  } catch (thrown) {
    code = await reportError(thrown);
  }
  const closed = await context.close().then(() => exit.ok, reportError);
  if (code === exit.ok) code = closed;
  return context.out.flush().then(
    () => code,
    (error: UpcError) => {
      showError(error);
      return code === exit.ok ? error.exitCode : code;
    },
  );

  async function reportError(thrown: unknown): Promise<ExitCode> {
    if (thrown instanceof SilentExit) return thrown.exitCode;
    if (thrown instanceof CommanderError) {
      if (thrown.exitCode === 0 || thrown.code === 'commander.help') return exit.ok;
      return showError(toUsageError(thrown, commandPath));
    }
    const error = toUpcError(thrown);
    if (error.cause instanceof Error && getGlobalOptions().debug) await printDebugStack(context, error.cause);
    return showError(withInterruptExitCode(error, getInterruptCode(deps.interrupt)));
  }

  function showError(error: UpcError): ExitCode {
    try {
      context.out.error(error);
    } catch {
      // The output settings themselves are wrong (an unknown format), so print the error as plain text.
      getGlobalOptions = () => defaultGlobals;
      context.out.error(error);
    }
    return error.exitCode;
  }
}

/** Prints the stack of a bug in the program, for bug reports. */
async function printDebugStack({ out }: Context, { stack = '' }: Error): Promise<void> {
  const { mapStackToSource } = await import('./source-stack.ts');
  for (const line of mapStackToSource(stack)) out.debug(line);
}

function withInterruptExitCode(error: UpcError, code: ExitCode | undefined): UpcError {
  // Keep exit code 9 after an interrupt: an unknown outcome is more important to the user than the interrupt.
  if (code === undefined || code === error.exitCode || error.exitCode === exit.unknown) return error;
  return new UpcError(code, error.lines, { code: error.code, status: error.status, hint: error.hints });
}

/**
 * Prints completions for the words of a command line. Commander must not parse these words, because it would obey an option
 * such as --help.
 */
async function printCompletions(context: Context, words: readonly string[]): Promise<void> {
  const { printCandidates } = await import('../completion/complete.ts');
  await printCandidates(commandTree, context, words);
}

const defaultGlobals: GlobalOptions = { headers: true, timeout: 60, color: 'auto', output: 'table' };

/**
 * Throws UsageError for an unknown command in two cases: if there is a suggestion, or if `--help` is given. Without a
 * suggestion, commander reports the error itself. With `--help`, commander would print the help of the group instead of an
 * error.
 */
function assertKnownCommand({ path, command, args, given }: CommandLine): void {
  const [unknown] = args;
  if (command || unknown === undefined) return;
  const suggestion = suggestCommand(path, args);
  const text = `Unknown command '${['upc', ...path, unknown].join(' ')}'.`;
  if (suggestion !== undefined) throw new UsageError(text, `Did you mean: upc ${suggestion}`);
  if (given.has('help')) throw new UsageError(text, createHelpHint(path));
}

/**
 * Converts an error of commander. The hint is commander's suggestion or, without one, how to show the help of the nearest
 * command.
 */
function toUsageError(error: CommanderError, path: readonly string[]): UsageError {
  const [message = '', ...rest] = error.message.replace(/^error: /, '').split('\n');
  const sentence = message.charAt(0).toUpperCase() + message.slice(1);
  const suggestion = rest.join(' ').replace(/^\(|\)$/g, '');
  return new UsageError(/[.?!]$/.test(sentence) ? sentence : `${sentence}.`, suggestion || createHelpHint(path));
}

function createHelpHint(path: readonly string[]): string {
  return `See \`${['upc', ...path, '--help'].join(' ')}\`.`;
}
