import { type Command, Help } from 'commander';
import { type AnyCommand, CliArgument, CliOption, type CommandGroup, isServerValue } from '../app/command.ts';
import { type CommandLine, findAlias } from '../app/command-line.ts';
import type { Context } from '../app/context.ts';
import { DeclaredCommand, getCommandDeclaration } from '../app/declared-command.ts';
import { globalOptions } from '../app/global-options.ts';
import type { GlobalOptions } from '../app/globals.ts';
import { resolveOwnServerName, SELF } from '../app/self.ts';
import { formatHelp } from '../help/format.ts';
import { formatVersion } from './version.ts';

/**
 * Creates the root command, which commander uses for parsing, suggestions and help. It contains only the command that the
 * command line names. If the command line names a group, it contains all commands of that group.
 */
export async function createProgram(
  context: Context,
  { path, groups, command }: CommandLine,
): Promise<DeclaredCommand> {
  const root = createRootCommand(context);
  let parent = root;
  for (const [i, group] of groups.entries()) {
    const name = path[i];
    if (name === undefined) await addCommands(parent, context, group);
    else if (i + 1 < groups.length) parent = addGroup(parent, name, groups[i + 1] as CommandGroup);
    else if (command) addCommand(parent, context, name, command);
  }
  return root;
}

/** Creates the root command with all commands, for the manual page and the README. */
export async function createWholeProgram(context: Context, tree: CommandGroup): Promise<DeclaredCommand> {
  const root = createRootCommand(context);
  const addGroupCommands = async (parent: DeclaredCommand, group: CommandGroup): Promise<void> => {
    await addCommands(parent, context, group);
    for (const [name, one] of Object.entries(group.commands)) {
      const child = parent.commands.find((command) => command.name() === name);
      if (typeof one !== 'function') await addGroupCommands(child as DeclaredCommand, one);
    }
  };
  await addGroupCommands(root, tree);
  return root;
}

async function addCommands(
  parent: DeclaredCommand,
  context: Context,
  { commands, headings = {} }: CommandGroup,
): Promise<void> {
  for (const [name, one] of Object.entries(commands)) {
    const child =
      typeof one === 'function' ? addCommand(parent, context, name, await one()) : addGroup(parent, name, one);
    const [heading] = Object.entries(headings).find(([, names]) => names.includes(name)) ?? [];
    if (heading !== undefined) child.helpGroup(heading);
  }
}

function addGroup(parent: DeclaredCommand, name: string, { summary }: CommandGroup): DeclaredCommand {
  return parent.command(name).description(summary).usage('<command> [options]').helpCommand(false) as DeclaredCommand;
}

/** Turns a declaration into a commander command. */
function addCommand(parent: DeclaredCommand, context: Context, name: string, declaration: AnyCommand): DeclaredCommand {
  const command = parent.command(name).description(declaration.summary) as DeclaredCommand;
  command.declaration = declaration;
  if (declaration.usage !== undefined) command.usage(`[options] ${declaration.usage}`);
  const alias = findAlias(name);
  if (alias !== undefined) command.alias(alias);
  for (const spec of declaration.arguments ?? []) command.addArgument(new CliArgument(spec));
  for (const spec of declaration.options ?? []) command.addOption(new CliOption(spec));
  return command.action(async (...given: unknown[]) => {
    applyImpliedOptions(command, declaration);
    // Report impossible output settings before the command does anything.
    await context.out.prepare();
    await replaceSelfWithServer(command, context, given);
    return declaration.run(context, given.slice(0, command.registeredArguments.length), command.opts());
  }) as DeclaredCommand;
}

/** Replaces `self` with the server on which the command runs, in every option and argument that names a server. */
async function replaceSelfWithServer(command: Command, context: Context, given: unknown[]): Promise<void> {
  for (const option of command.options) {
    if (!(option instanceof CliOption) || !isServerValue(option.spec)) continue;
    if (command.getOptionValue(option.attributeName()) === SELF)
      command.setOptionValue(option.attributeName(), await resolveOwnServerName(context));
  }
  for (const [i, argument] of command.registeredArguments.entries()) {
    if (argument instanceof CliArgument && isServerValue(argument.spec) && given[i] === SELF)
      given[i] = await resolveOwnServerName(context);
  }
}

/** Sets the options that other options imply. */
function applyImpliedOptions(command: Command, { adjust: rule }: AnyCommand): void {
  let root = command;
  while (root.parent) root = root.parent;
  const { globals = {}, options = {} } = rule?.(root.opts<GlobalOptions>(), command.opts()) ?? {};
  for (const [name, value] of Object.entries(globals)) root.setOptionValue(name, value);
  for (const [name, value] of Object.entries(options)) command.setOptionValue(name, value);
}

/**
 * Returns how the help of a group shows one of its commands. If the declaration has a usage, the usage replaces the arguments
 * that commander would show.
 */
function formatSubcommandTerm(this: Help, command: Command): string {
  const usage = getCommandDeclaration(command)?.usage;
  return usage === undefined ? Help.prototype.subcommandTerm.call(this, command) : `${command.name()} ${usage}`;
}

function createRootCommand(context: Context): DeclaredCommand {
  const root = new DeclaredCommand('upc')
    .description('Manage UpCloud IP addresses: public IPv4 and IPv6, floating IPs, reverse DNS, release policy.')
    .usage('<command> [options]')
    .helpOption('-h, --help', 'show help for a command')
    .helpCommand(false)
    .version(formatVersion(), '-V, --version', 'show the version of upc and Node, and the platform')
    .showSuggestionAfterError(true)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void context.out.text(text),
      // If the user named a group without a command, its help is a result and not an error: print it on stdout.
      writeErr: (text) => void context.out.text(text),
      // run.ts reports errors of the command line like all other errors.
      outputError: () => {},
      getOutHasColors: () => false,
      getOutHelpWidth: () => Math.min(100, context.deps.stdout.columns || 80),
    })
    .configureHelp({
      formatHelp,
      subcommandTerm: formatSubcommandTerm,
      minWidthToWrap: 20,
    }) as DeclaredCommand;
  for (const spec of globalOptions) root.addOption(new CliOption(spec));
  return root;
}
