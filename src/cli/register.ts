import type { Command, Option } from 'commander';
import type { Context } from '../app/context.ts';
import { groupCommands } from '../help/parts.ts';
import type { Commands, Group, Register } from './tree.ts';

/** Registers all the commands below a parent. */
export function registerAll(parent: Command, context: Context, commands: Commands): void {
  for (const [name, one] of Object.entries(commands)) {
    if (typeof one === 'function') registerOne(parent, context, one);
    else {
      const group = addGroup(parent, name, one);
      registerAll(group, context, one.commands);
      groupCommands(group, one.headings ?? {});
    }
  }
}

/** A command with the groups that it is in, from the outermost. */
export interface Named {
  readonly groups: readonly (readonly [name: string, group: Group])[];
  readonly register: Register;
}

/** Registers one command and nothing beside it. */
export function registerNamed(root: Command, context: Context, { groups, register }: Named): void {
  const parent = groups.reduce((outer, [name, group]) => addGroup(outer, name, group), root);
  registerOne(parent, context, register);
}

/** An output that cannot be had is told before anything is done. */
function registerOne(parent: Command, context: Context, register: Register): void {
  register(parent, context);
  parent.commands.at(-1)?.hook('preAction', () => context.out.checkSettings());
}

/**
 * The command that a command line names for certain: by its own words, before them and between them nothing but whole
 * options of the root. Commander finds the same one.
 */
export function findNamed(argv: readonly string[], options: readonly Option[], commands: Commands): Named | undefined {
  const groups: (readonly [string, Group])[] = [];
  let known = commands;
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] ?? '';
    if (word.startsWith('-')) {
      const option = findOption(word, options);
      if (option === undefined) return undefined;
      if (option.required && !word.includes('=')) i += 1;
      continue;
    }
    const next = Object.hasOwn(known, word) ? known[word] : undefined;
    if (next === undefined) return undefined;
    if (typeof next === 'function') return { groups, register: next };
    groups.push([word, next]);
    known = next.commands;
  }
  return undefined;
}

/** The option that a word names in full: `-o`, `--output`, `--output=json`. */
function findOption(word: string, options: readonly Option[]): Option | undefined {
  const [name] = word.split('=', 1);
  return options.find(({ long, short }) => name === long || word === short);
}

function addGroup(parent: Command, name: string, { about }: Group): Command {
  return parent.command(name).description(about).usage('<command> [options]').helpCommand(false);
}
