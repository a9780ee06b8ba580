import { Command } from 'commander';
import { registerLogin } from './commands/account/login.ts';
import { registerLogout } from './commands/account/logout.ts';
import { registerProfile } from './commands/account/profile.ts';
import { registerWhoami } from './commands/account/whoami.ts';
import { registerCompletion } from './commands/completion.ts';
import { groupCommands } from './commands/help.ts';
import { formatHelp } from './commands/help-format.ts';
import { registerHelp } from './commands/help-topics.ts';
import { registerIp } from './commands/ip/index.ts';
import { registerSandbox } from './commands/sandbox/index.ts';
import type { Context } from './context.ts';
import { addGlobalOptions } from './globals.ts';
import { versionText } from './version.ts';

/** The root command with everything below it. Nothing heavy is loaded here: `--help` and completion must be quick. */
export function createProgram(context: Context): Command {
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
  registerIp(program, context);
  registerLogin(program, context);
  registerLogout(program, context);
  registerWhoami(program, context);
  registerProfile(program, context);
  registerSandbox(program, context);
  registerCompletion(program, context);
  registerHelp(program, context);
  groupCommands(program, {
    'Addresses:': ['ip'],
    'Account:': ['login', 'logout', 'whoami', 'profile'],
    'Tools:': ['sandbox', 'completion', 'help'],
  });
  return program;
}
