import type { Argument, Command, Option } from 'commander';

/** What a command line names so far, without running it. */
export interface Place {
  readonly command: Command;
  /** Names from below the root: `ip float attach`. */
  readonly path: string;
  /** The arguments of the command. */
  readonly args: readonly string[];
  /** Options by attribute name, with the values given; flags have none. */
  readonly given: ReadonlyMap<string, readonly string[]>;
  /** An option that the last word left without its value. */
  readonly open: Option | undefined;
  /** Whether `--` ended the options. */
  readonly bare: boolean;
  /** Whether some word fits nothing that is known. */
  readonly lost: boolean;
}

/** Follows the words through the tree of commands. */
export function locate(root: Command, words: readonly string[]): Place {
  let command = root;
  const path: string[] = [];
  const args: string[] = [];
  const given = new Map<string, string[]>();
  let open: Option | undefined;
  let bare = false;
  let lost = false;
  const give = (option: Option, value?: string) => {
    const values = given.get(option.attributeName()) ?? [];
    given.set(option.attributeName(), value === undefined ? values : [...values, value]);
  };
  for (const word of words) {
    if (open) {
      give(open, word);
      open = undefined;
    } else if (word === '--' && !bare) bare = true;
    else if (!bare && /^-./.test(word)) {
      const found = readOption(command, word);
      lost ||= found.length === 0;
      for (const { option, value, waits } of found) {
        if (waits) open = option;
        else give(option, value);
      }
    } else {
      const next = args.length === 0 ? subcommand(command, word) : undefined;
      lost ||= next === undefined && command.registeredArguments.length === 0;
      if (next) {
        command = next;
        path.push(next.name());
      } else args.push(word);
    }
  }
  return { command, path: path.join(' '), args, given, open, bare, lost };
}

/** The argument of the command that stands at a position; a variadic one stands at all that follow. */
export function argumentAt({ registeredArguments }: Command, position: number): Argument | undefined {
  const last = registeredArguments.at(-1);
  return registeredArguments[position] ?? (last?.variadic ? last : undefined);
}

/** The command's own options and those of the commands above it. */
export function optionsOf(command: Command): Option[] {
  const chain: Option[] = [];
  for (let at: Command | null = command; at; at = at.parent) {
    chain.push(...at.createHelp().visibleOptions(at));
  }
  return chain.filter((option, i) => chain.findIndex(({ long }) => long === option.long) === i);
}

function subcommand(command: Command, word: string): Command | undefined {
  return command.commands.find((one) => one.name() === word || one.aliases().includes(word));
}

interface Read {
  readonly option: Option;
  readonly value?: string;
  /** Its value is the next word. */
  readonly waits?: boolean;
}

/** The options that one word names: `--long`, `--long=value`, `-s`, `-svalue`, `-abc`; none where it is unknown. */
function readOption(command: Command, word: string): Read[] {
  const known = optionsOf(command);
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
