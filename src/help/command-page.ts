import type { Command } from 'commander';
import { getCommandDeclaration } from '../app/declared-command.ts';
import { listExitCodes, listNotes } from './sections.ts';

/** The content of one command's page in docs/reference and in the manual. */
export interface CommandPage {
  /** The full name, such as `upc ip float attach`. */
  readonly name: string;
  readonly usage: string;
  readonly summary: string;
  readonly terms: readonly TermList[];
  readonly notes: readonly string[];
  readonly json: string | undefined;
  readonly exits: readonly (readonly [term: string, meaning: string])[];
  readonly examples: readonly string[];
}

export interface TermList {
  readonly heading: string;
  readonly items: readonly (readonly [term: string, meaning: string])[];
}

/** Returns all commands in the order of help, except groups such as `upc ip`. */
export function listLeafCommands(command: Command): Command[] {
  return command.commands.length > 0 ? command.commands.flatMap((one) => listLeafCommands(one)) : [command];
}

/** Returns the full name of a command: `upc ip float attach`. */
export function getCommandName(command: Command): string {
  return command.parent ? `${getCommandName(command.parent)} ${command.name()}` : command.name();
}

/** Collects the content of a command's page from its declaration. */
export function createCommandPage(command: Command): CommandPage {
  const declaration = getCommandDeclaration(command);
  const help = command.createHelp();
  const options = help
    .visibleOptions(command)
    .filter(({ long }) => long !== '--help')
    .map((option) => [option.helpGroupHeading ?? 'Options:', option.flags, help.optionDescription(option)] as const);
  const headings = [...new Set(options.map(([heading]) => heading))];
  const args = command.registeredArguments.map((one) => [formatArgument(one), one.description] as const);
  return {
    name: getCommandName(command),
    usage: help.commandUsage(command),
    summary: command.description(),
    terms: [
      ...(args.length > 0 ? [{ heading: 'Arguments', items: args }] : []),
      ...headings.map((heading) => ({
        heading: heading.replace(/:$/, ''),
        items: options.filter(([of]) => of === heading).map(([, term, meaning]) => [term, meaning] as const),
      })),
    ],
    notes: declaration ? joinListRows(listNotes(declaration)) : [],
    json: declaration?.json,
    exits: declaration ? listExitCodes(declaration).map(([code, meaning]) => [String(code), meaning] as const) : [],
    examples: declaration?.examples ?? [],
  };
}

/**
 * Joins each list row with its continuation lines. The line breaks are only for help at the terminal, where they align the
 * text in columns.
 */
function joinListRows(notes: readonly string[]): string[] {
  const joined: string[] = [];
  for (const note of notes) {
    if (note.startsWith(' ') && joined.length > 0) joined.push(`${joined.pop()} ${note.trim()}`);
    else joined.push(note);
  }
  return joined;
}

/** Returns the options that every command accepts. */
export function listGlobalOptions(program: Command): TermList['items'] {
  const help = program.createHelp();
  return help.visibleOptions(program).map((option) => [option.flags, help.optionDescription(option)] as const);
}

/** Returns an argument as help shows it: `<address...>`, or `[text]` if it is optional. */
export function formatArgument(argument: Command['registeredArguments'][number]): string {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

/** Escapes the character `|`, which would end a cell of a Markdown table. */
export const escapeTableCell = (text: string): string => text.replaceAll('|', '\\|');
