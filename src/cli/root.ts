import { Command } from 'commander';
import type { Context } from '../app/context.ts';
import { addGlobalOptions } from '../app/globals.ts';
import { formatHelp } from '../help/format.ts';
import { groupCommands } from '../help/parts.ts';
import { registerHelp } from '../help/topics.ts';
import { findNamed, registerAll, registerNamed } from './register.ts';
import { commands } from './tree.ts';
import { versionText } from './version.ts';

/**
 * The root command with everything below it; or with nothing but the command that a command line names, where that is certain:
 * to register all of them takes longer than most of what a command does.
 * @param argv undefined for everything
 */
export function createProgram(context: Context, argv?: readonly string[]): Command {
  const program = createRoot(context);
  const named = argv && findNamed(argv, program.options, commands);
  if (named) registerNamed(program, context, named);
  else registerWhole(program, context);
  return program;
}

function registerWhole(program: Command, context: Context): void {
  registerAll(program, context, commands);
  registerHelp(program, context);
  groupCommands(program, {
    'Addresses:': ['ip'],
    'Account:': ['login', 'logout', 'whoami', 'profile'],
    'Tools:': ['sandbox', 'completion', 'help'],
  });
}

function createRoot(context: Context): Command {
  const program = new Command('upc')
    .description('Manage UpCloud IP addresses: public IPv4 and IPv6, floating IPs, reverse DNS, release policy.')
    .usage('<command> [options]')
    .helpOption('-h, --help', 'show help for a command')
    .version(versionText(), '-V, --version', 'show the versions of upc, Node and the platform')
    .showSuggestionAfterError(true)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void context.out.text(text),
      // Help for a group of commands that was named without one of them: an answer, not an error.
      writeErr: (text) => void context.out.text(text),
      // Errors of the command line are told by run.ts, like all others.
      outputError: () => {},
      getOutHasColors: () => false,
      getOutHelpWidth: () => Math.min(100, context.deps.stdout.columns || 80),
    })
    .configureHelp({ formatHelp, minWidthToWrap: 20 });
  addGlobalOptions(program);
  return program;
}
