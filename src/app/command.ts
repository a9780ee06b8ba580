import { Argument, InvalidArgumentError, Option } from 'commander';
import type { Address } from '../domain/model.ts';
import type { Columns } from '../output/columns.ts';
import type { Context } from './context.ts';
import type { Globals } from './globals.ts';

/** What completion and prompts offer for a value: names from the account, profiles, files, or addresses that suit the command. */
export type Source =
  | 'server'
  | 'zone'
  | 'profile'
  | 'file'
  | 'column'
  | { readonly addresses: (ip: Address) => boolean };

interface Value {
  readonly description: string;
  /** Reads what the user typed. Throws InvalidArgumentError or UpcError. */
  // biome-ignore lint/suspicious/noExplicitAny: the previous value is what the same parser returned.
  readonly parse?: (text: string, previous: any) => unknown;
  /** The only values that are accepted. */
  readonly choices?: readonly string[];
  /** Values that completion offers although others are accepted, too. */
  readonly suggestions?: readonly string[];
  readonly source?: Source;
  /** What a prompt asks where there is no list to choose from. */
  readonly question?: string;
}

export interface ArgumentSpec extends Value {
  /** As help shows it: `<address>`, `[address]`, `<address...>`. */
  readonly name: string;
  /** At a terminal this optional argument is asked for, unless one of these options is given (attribute names). */
  readonly askedUnless?: readonly string[];
}

export interface OptionSpec extends Value {
  /** `-q, --quiet`, `--server <server>`. */
  readonly flags: string;
  readonly default?: unknown;
  /** The command line is wrong without it. */
  readonly isMandatory?: boolean;
  /** At a terminal it is asked for, unless one of these options is given (attribute names). */
  readonly askedUnless?: readonly string[];
  readonly conflicts?: readonly string[];
  /** Heading in help; "Options:" without one. */
  readonly heading?: string;
}

/** Exit codes with what they mean for a command. */
export type ExitMeanings = readonly (readonly [code: number, meaning: string])[];

/**
 * One command, declared once. Help, manual page, completion, prompts, the README's table and the contract tests read it.
 * `A` are the arguments, `O` the options after they were parsed.
 */
export interface CommandDeclaration<A extends readonly unknown[], O> {
  /** What it does, without a full stop. */
  readonly summary: string;
  readonly arguments?: readonly ArgumentSpec[];
  readonly options?: readonly OptionSpec[];
  /** Command lines that work as they stand with `--sandbox`. */
  readonly examples: readonly string[];
  /** What else a user must know; a line that holds two spaces in a row is a row of a list. */
  readonly notes?: readonly string[];
  /** The JSON type on stdout, in words. */
  readonly json?: string;
  /** The columns of its list, for completion. */
  readonly columns?: () => Columns<never>;
  readonly exits: ExitMeanings;
  /** It shows what it will change and asks before it does. */
  readonly confirmsItself?: true;
  /** Global options and own options that follow from one another, before they are checked. Throws UsageError. */
  readonly adjust?: (
    globals: Globals,
    options: O,
  ) => { readonly globals?: Partial<Globals>; readonly options?: Partial<O> };
  readonly run: (context: Context, args: A, options: O) => void | Promise<void>;
}

// biome-ignore lint/suspicious/noExplicitAny: commander hands over what the command's own parsers made, which only that command knows.
export type AnyCommand = CommandDeclaration<any, any>;

/** Checks a declaration against its types; returns it as any command's. */
export function defineCommand<A extends readonly unknown[], O = object>(
  declaration: CommandDeclaration<A, O>,
): AnyCommand {
  return declaration;
}

/** Commands with a name in common, such as `upc ip float`. */
export interface Group {
  readonly summary: string;
  /** Headings in its help, with the names of the commands below each. */
  readonly headings?: Readonly<Record<string, readonly string[]>>;
  /** By name, in the order of help. A command is loaded when it is named. */
  readonly commands: Readonly<Record<string, Group | (() => Promise<AnyCommand>)>>;
}

/** Returns a parser that accepts the choices in any case. */
function oneOf(choices: readonly string[]) {
  return (text: string): string => {
    const found = choices.find((choice) => choice.toLowerCase() === text.toLowerCase());
    if (found !== undefined) return found;
    throw new InvalidArgumentError(`Allowed choices are ${choices.join(', ')}.`);
  };
}

/** An option as commander reads it, with its declaration. */
export class CliOption extends Option {
  readonly spec: OptionSpec;

  constructor(spec: OptionSpec) {
    super(spec.flags, spec.description);
    this.spec = spec;
    if (spec.choices) this.choices(spec.choices).argParser(oneOf(spec.choices));
    if (spec.parse) this.argParser(spec.parse);
    if (spec.default !== undefined) this.default(spec.default);
    if (spec.conflicts) this.conflicts([...spec.conflicts]);
    if (spec.heading !== undefined) this.helpGroup(spec.heading);
    this.makeOptionMandatory(spec.isMandatory === true);
  }
}

/** An argument as commander reads it, with its declaration. */
export class CliArgument extends Argument {
  readonly spec: ArgumentSpec;

  constructor(spec: ArgumentSpec) {
    super(spec.name, spec.description);
    this.spec = spec;
    if (spec.choices) this.choices(spec.choices).argParser(oneOf(spec.choices));
    if (spec.parse) this.argParser(spec.parse);
  }
}

/** The options under one heading of help. */
export function underHeading(heading: string, options: readonly OptionSpec[]): OptionSpec[] {
  return options.map((option) => ({ ...option, heading }));
}
