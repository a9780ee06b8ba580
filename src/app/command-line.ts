import { type AnyCommand, CliArgument, CliOption, type CommandGroup, type OptionSpec } from './command.ts';
import { globalOptions } from './global-options.ts';

/** A command line, parsed before any command runs. */
export interface CommandLine {
  /** The names of the groups and the command: `['ip', 'float', 'attach']`. */
  readonly path: readonly string[];
  /** The groups that the words name, from the root to the innermost one. */
  readonly groups: readonly CommandGroup[];
  /** The command that the words name; undefined if they name only a group. */
  readonly command: AnyCommand | undefined;
  /** The arguments of the command. If the words name only a group, these are the words that match none of its commands. */
  readonly args: readonly string[];
  /** Options by attribute name, with their values; flags have none. */
  readonly given: ReadonlyMap<string, readonly string[]>;
  /** The last option on the command line, if its value is missing. */
  readonly open: CliOption | undefined;
  /** Whether `--` ended the options. */
  readonly endedOptions: boolean;
  /** Whether a word is neither a command, an option nor an argument that the command accepts. */
  readonly hasUnknownWord: boolean;
}

/** `ls` stands for every command named `list`. */
const commandAliases: Readonly<Record<string, string>> = { ls: 'list' };

/** The options that commander adds to every command. */
const builtInOptions: readonly OptionSpec[] = [
  { flags: '-h, --help', description: 'show help for a command' },
  { flags: '-V, --version', description: 'show the version of upc and Node, and the platform' },
];

const rootOptions = [...globalOptions, ...builtInOptions].map((spec) => new CliOption(spec));

/** Parses a command line, and finds and loads its command. Nothing else in the program searches for commands. */
export async function readCommandLine(tree: CommandGroup, words: readonly string[]): Promise<CommandLine> {
  const path: string[] = [];
  const groups = [tree];
  const args: string[] = [];
  const given = new Map<string, string[]>();
  let command: AnyCommand | undefined;
  let options = rootOptions;
  let open: CliOption | undefined;
  let endedOptions = false;
  let hasUnknownWord = false;
  const addOptionValue = (option: CliOption, value?: string) => {
    const values = given.get(option.attributeName()) ?? [];
    given.set(option.attributeName(), value === undefined ? values : [...values, value]);
  };
  for (const word of words) {
    // As in commander, a word that begins with - is never the value of an option with an optional value.
    if (open?.optional && word.startsWith('-')) {
      addOptionValue(open);
      open = undefined;
    }
    if (open) {
      addOptionValue(open, word);
      open = undefined;
    } else if (word === '--' && !endedOptions) endedOptions = true;
    else if (!endedOptions && /^-./.test(word)) {
      const found = parseOptionWord(options, word);
      hasUnknownWord ||= found.length === 0;
      for (const { option, value, needsValue } of found) {
        if (needsValue) open = option;
        else addOptionValue(option, value);
      }
    } else {
      // Like commander, do not search for a command after an unknown word or an unknown option of a group.
      const name = command || hasUnknownWord ? undefined : findCommandName(groups.at(-1) ?? tree, word);
      const next = name === undefined ? undefined : groups.at(-1)?.commands[name];
      if (name === undefined || next === undefined) {
        hasUnknownWord ||= !command?.arguments;
        args.push(word);
      } else if (!given.has('help')) {
        path.push(name);
        if (typeof next === 'function') {
          command = await next();
          options = listCommandOptions(command);
        } else groups.push(next);
      }
    }
  }
  return { path, groups, command, args, given, open, endedOptions, hasUnknownWord };
}

/** Returns the command's own options, then the global ones. */
export function listCommandOptions(command: AnyCommand | undefined): CliOption[] {
  const own = (command?.options ?? []).map((spec) => new CliOption(spec));
  return [...own, ...rootOptions.filter(({ long }) => !own.some((option) => option.long === long))];
}

/** Returns the argument at a position, from 0. A variadic argument also takes all later positions. */
export function findArgument(command: AnyCommand | undefined, position: number): CliArgument | undefined {
  const all = (command?.arguments ?? []).map((spec) => new CliArgument(spec));
  const last = all.at(-1);
  return all[position] ?? (last?.variadic ? last : undefined);
}

function findCommandName({ commands }: CommandGroup, word: string): string | undefined {
  const name = commandAliases[word] ?? word;
  return Object.hasOwn(commands, name) ? name : undefined;
}

/** Returns the alias of a command, for help. */
export function findAlias(name: string): string | undefined {
  return Object.keys(commandAliases).find((alias) => commandAliases[alias] === name);
}

interface ParsedOption {
  readonly option: CliOption;
  readonly value?: string;
  /** Whether the value of the option is the next word. */
  readonly needsValue?: boolean;
}

/** Parses the options in one word: `--long`, `--long=value`, `-s`, `-svalue`, `-abc`. Returns none if one is unknown. */
function parseOptionWord(known: readonly CliOption[], word: string): ParsedOption[] {
  const [, name = word, value] = /^(--[^=]+)=(.*)$/s.exec(word) ?? [];
  if (name.startsWith('--')) {
    const option = known.find(({ long }) => long === name);
    if (!option) return [];
    if (value !== undefined) return [{ option, value }];
    return [{ option, needsValue: option.required || option.optional }];
  }
  const reads: ParsedOption[] = [];
  for (let i = 1; i < word.length; i++) {
    const option = known.find(({ short }) => short === `-${word[i]}`);
    if (!option) return [];
    if (option.required && i + 1 < word.length) return [...reads, { option, value: word.slice(i + 1) }];
    reads.push({ option, needsValue: option.required });
  }
  return reads;
}
