import type { Command } from 'commander';
import type { Columns } from '../output/columns.ts';

/** The parts of a command's help below its options; each is left out where a command has none. */
export interface HelpParts {
  /** Command lines that work as they stand with `--sandbox`. */
  readonly examples: readonly string[];
  /** The JSON type on stdout. */
  readonly json?: string;
  /** Exit codes with what they mean here. */
  readonly exits: readonly (readonly [code: number, meaning: string])[];
  /** What else a user must know. */
  readonly notes?: readonly string[];
  /** The columns of its list, for completion. */
  readonly columns?: () => Columns<never>;
}

const partsOf = new WeakMap<Command, HelpParts>();

/** Gives a command's help its examples, notes, JSON type and exit codes; `--help` and the manual page show them. */
export function addHelp(command: Command, parts: HelpParts): Command {
  // By number, each once: what a command says of a code goes before what its kind says.
  const exits = [...new Map(parts.exits)].sort(([a], [b]) => a - b);
  partsOf.set(command, { ...parts, exits, ...(parts.notes && { notes: paragraphs(parts.notes) }) });
  return command;
}

/** Lines that go on belong together, so that they are wrapped to the screen as one; columns stay as they stand. */
function paragraphs(lines: readonly string[]): string[] {
  const joined: string[] = [];
  let isOpen = false;
  for (const line of lines) {
    if (isOpen) joined.push(`${joined.pop()} ${line}`);
    else joined.push(line);
    isOpen = !line.includes('  ') && !/[.)]$/.test(line);
  }
  return joined;
}

/** What addHelp() was given. */
export const helpParts = (command: Command): HelpParts | undefined => partsOf.get(command);

/** Puts commands under headings in the help of the command above them; names that are not there are passed over. */
export function groupCommands(parent: Command, groups: Readonly<Record<string, readonly string[]>>): void {
  for (const [heading, names] of Object.entries(groups)) {
    for (const command of parent.commands) if (names.includes(command.name())) command.helpGroup(heading);
  }
}

/** Exit codes that every command which only reads can end in. */
export const readingExits: HelpParts['exits'] = [
  [0, 'done'],
  [1, 'the API refused'],
  [2, 'wrong usage'],
  [3, 'the configuration cannot be used'],
  [4, 'not signed in, or permission refused'],
  [7, 'not reachable or timed out'],
];
