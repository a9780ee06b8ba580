import { type AnyCommand, CliArgument, CliOption, type Group, type OptionSpec } from './command.ts';
import { globalOptions } from './global-options.ts';

/** What a command line names. It is read before anything of it is run. */
export interface CommandLine {
  /** The names below the program: `['ip', 'float', 'attach']`. */
  readonly path: readonly string[];
  /** The groups on the way, the whole program first. */
  readonly groups: readonly Group[];
  /** Undefined where the words end in a group. */
  readonly command: AnyCommand | undefined;
  /** The arguments of the command, or the words that name nothing in the group. */
  readonly args: readonly string[];
  /** Options by attribute name, with their values; flags have none. */
  readonly given: ReadonlyMap<string, readonly string[]>;
  /** An option that the last word left without its value. */
  readonly open: CliOption | undefined;
  /** Whether `--` ended the options. */
  readonly isBare: boolean;
  /** Whether a word fits nothing that is known. */
  readonly isLost: boolean;
}

/** `upc ip ls` is `upc ip list`, wherever there is a list. */
const aliases: Readonly<Record<string, string>> = { ls: 'list' };

/** Options of every command that commander adds by itself. */
const builtIn: readonly OptionSpec[] = [
  { flags: '-h, --help', description: 'show help for a command' },
  { flags: '-V, --version', description: 'show the versions of upc, Node and the platform' },
];

const rootOptions = [...globalOptions, ...builtIn].map((spec) => new CliOption(spec));

/** Finds the command that a command line names, and loads it. Nothing else in the program searches for commands. */
export async function readCommandLine(tree: Group, words: readonly string[]): Promise<CommandLine> {
  const path: string[] = [];
  const groups = [tree];
  const args: string[] = [];
  const given = new Map<string, string[]>();
  let command: AnyCommand | undefined;
  let options = rootOptions;
  let open: CliOption | undefined;
  let isBare = false;
  let isLost = false;
  const give = (option: CliOption, value?: string) => {
    const values = given.get(option.attributeName()) ?? [];
    given.set(option.attributeName(), value === undefined ? values : [...values, value]);
  };
  for (const word of words) {
    if (open) {
      give(open, word);
      open = undefined;
    } else if (word === '--' && !isBare) isBare = true;
    else if (!isBare && /^-./.test(word)) {
      const found = readOption(options, word);
      isLost ||= found.length === 0;
      for (const { option, value, waits } of found) {
        if (waits) open = option;
        else give(option, value);
      }
    } else {
      // Like commander, which looks for no command behind an unknown word or option of a group.
      const name = command || isLost ? undefined : nameIn(groups.at(-1) ?? tree, word);
      const next = name === undefined ? undefined : groups.at(-1)?.commands[name];
      if (name === undefined || next === undefined) {
        isLost ||= !command?.arguments;
        args.push(word);
      } else if (!given.has('help')) {
        path.push(name);
        if (typeof next === 'function') {
          command = await next();
          options = optionsOf(command);
        } else groups.push(next);
      }
    }
  }
  return { path, groups, command, args, given, open, isBare, isLost };
}

/** The command's own options, then the global ones. */
export function optionsOf(command: AnyCommand | undefined): CliOption[] {
  const own = (command?.options ?? []).map((spec) => new CliOption(spec));
  return [...own, ...rootOptions.filter(({ long }) => !own.some((option) => option.long === long))];
}

/** The argument of the command that stands at a position; a variadic one stands at all that follow. */
export function argumentAt(command: AnyCommand | undefined, position: number): CliArgument | undefined {
  const all = (command?.arguments ?? []).map((spec) => new CliArgument(spec));
  const last = all.at(-1);
  return all[position] ?? (last?.variadic ? last : undefined);
}

function nameIn({ commands }: Group, word: string): string | undefined {
  const name = aliases[word] ?? word;
  return Object.hasOwn(commands, name) ? name : undefined;
}

/** The other name of a command, for help. */
export function aliasOf(name: string): string | undefined {
  return Object.keys(aliases).find((alias) => aliases[alias] === name);
}

interface Read {
  readonly option: CliOption;
  readonly value?: string;
  /** Its value is the next word. */
  readonly waits?: boolean;
}

/** The options that one word names: `--long`, `--long=value`, `-s`, `-svalue`, `-abc`; none where it is unknown. */
function readOption(known: readonly CliOption[], word: string): Read[] {
  const [, name = word, value] = /^(--[^=]+)=(.*)$/s.exec(word) ?? [];
  if (name.startsWith('--')) {
    const option = known.find(({ long }) => long === name);
    if (!option) return [];
    if (value !== undefined) return [{ option, value }];
    return [{ option, waits: option.required }];
  }
  const reads: Read[] = [];
  for (let i = 1; i < word.length; i++) {
    const option = known.find(({ short }) => short === `-${word[i]}`);
    if (!option) return [];
    if (option.required && i + 1 < word.length) return [...reads, { option, value: word.slice(i + 1) }];
    reads.push({ option, waits: option.required });
  }
  return reads;
}
