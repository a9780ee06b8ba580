import { Argument, Option } from 'commander';
import { UsageError } from '../core/errors.ts';
import { findIgnoringCase } from '../core/find-ignoring-case.ts';
import type { AddressPredicate, ServerPredicate } from '../domain/completion-predicates.ts';
import type { Columns } from '../output/columns.ts';
import type { Context } from './context.ts';
import type { GlobalOptions } from './globals.ts';

/**
 * The kind of values that completion and prompts offer. An object also selects the values that fit the rest of the command
 * line.
 */
export type ValueSource =
  | 'server'
  | 'load-balancer'
  | 'zone'
  | 'profile'
  | 'file'
  | 'column'
  | { readonly addresses: AddressPredicate }
  | { readonly servers: ServerPredicate }
  /**
   * The interfaces of one server: the server that one of these options names or, without these options, the server that the
   * address is on. The options are listed by attribute name.
   */
  | { readonly interfacesOf: readonly string[] };

interface ValueSpec {
  readonly description: string;
  /** Parses the text that the user typed. Throws InvalidArgumentError or UpcError. */
  // biome-ignore lint/suspicious/noExplicitAny: `previous` is the last result of the same parser, and parsers return different types.
  readonly parse?: (text: string, previous: any) => unknown;
  /** The only values that are accepted. */
  readonly choices?: readonly string[];
  /** Values that completion offers; other values are accepted, too. */
  readonly suggestions?: readonly string[];
  readonly source?: ValueSource;
  /** Checks an answer at a prompt, in place of `parse`. Throws if the answer cannot be used; the prompt then asks again. */
  readonly check?: (text: string) => unknown;
  /** The question that a prompt asks. By default, "Which <name>?" for a choice from a list, else the description. */
  readonly question?: string;
}

export interface ArgumentSpec extends ValueSpec {
  /** The name in help: `<address>`, `[address]`, `<address...>`. */
  readonly name: string;
  /** Values that completion offers instead of those of `source`. A prompt does not offer them: the user types the value. */
  readonly completion?: ValueSource;
  /** Whether a prompt asks for one value only, although the argument accepts several. */
  readonly isAskedOnce?: boolean;
  /** At a terminal, upc asks for this optional argument unless one of these options (attribute names) is given. */
  readonly askedUnless?: readonly string[];
}

export interface OptionSpec extends ValueSpec {
  /** The flags in the form that commander expects: `-q, --quiet`, `--server <server>`. */
  readonly flags: string;
  readonly default?: unknown;
  /** Whether the command line is invalid without this option. */
  readonly isMandatory?: boolean;
  /** At a terminal, upc asks for this option unless one of these options (attribute names) is given. */
  readonly askedUnless?: readonly string[];
  /** At a terminal, upc asks for this option only if the option with this attribute name is given. */
  readonly askedWith?: string;
  readonly conflicts?: readonly string[];
  /** Whether the option can be given several times. */
  readonly isRepeatable?: true;
  /** The heading in help; "Options:" by default. */
  readonly heading?: string;
}

/** The exit codes of a command and their meanings. */
export type ExitCodeMeanings = readonly (readonly [code: number, meaning: string])[];

/**
 * The declaration of one command. Help, manual page, completion, prompts, the README's table and the contract tests are made
 * from it. `A` is the type of the parsed arguments, and `O` the type of the parsed options.
 */
export interface CommandDeclaration<A extends readonly unknown[], O> {
  /** What the command does, without a full stop. */
  readonly summary: string;
  readonly arguments?: readonly ArgumentSpec[];
  /**
   * How help shows the arguments. Needed if an argument before the last one accepts several values, because commander does
   * not support this.
   */
  readonly usage?: string;
  readonly options?: readonly OptionSpec[];
  /** Example command lines for help. Each works with `--sandbox`. */
  readonly examples: readonly string[];
  /** Further notes for users. A line that contains two consecutive spaces is shown as an item of a list. */
  readonly notes?: readonly string[];
  /** Describes the output with --json, for help. */
  readonly json?: string;
  /** Returns the columns of the list that the command prints, for completion. */
  readonly columns?: () => Columns<never>;
  readonly exits: ExitCodeMeanings;
  /**
   * Whether the command shows the change and asks for confirmation itself. After prompts for missing values, the user is then not
   * asked for a second confirmation.
   */
  readonly confirmsItself?: true;
  /**
   * Whether the command makes changes later, although it has no `--dry-run`. Prompts then ask for confirmation before it
   * runs.
   */
  readonly changesLater?: true;
  /**
   * Returns options that the given options imply, such as a format. Called before the output settings are checked. Throws
   * UsageError.
   */
  readonly adjust?: (
    globals: GlobalOptions,
    options: O,
  ) => { readonly globals?: Partial<GlobalOptions>; readonly options?: Partial<O> };
  readonly run: (context: Context, args: A, options: O) => void | Promise<void>;
}

// biome-ignore lint/suspicious/noExplicitAny: commander passes the results of the command's own parsers, whose types only that command knows.
export type AnyCommand = CommandDeclaration<any, any>;

/** Checks the types of a declaration at compile time, and returns it unchanged. */
export function defineCommand<A extends readonly unknown[], O = object>(
  declaration: CommandDeclaration<A, O>,
): AnyCommand {
  return declaration;
}

/** Commands under a common name, such as `upc ip float`. */
export interface CommandGroup {
  readonly summary: string;
  /** Headings in the help of the group, with the names of the commands under each. */
  readonly headings?: Readonly<Record<string, readonly string[]>>;
  /** The groups and commands by name, in the order of help. A command is loaded only if the command line names it. */
  readonly commands: Readonly<Record<string, CommandGroup | (() => Promise<AnyCommand>)>>;
}

/**
 * Returns a parser that accepts the choices in upper or lower case. It throws UsageError for any other text.
 * @param declared the declaration of the argument or option, such as `--policy <policy>`
 */
function createChoiceParser(choices: readonly string[], declared: string) {
  const noun = /<([\w-]+)>/.exec(declared)?.[1] ?? 'value';
  return (text: string): string => {
    const found = findIgnoringCase(choices, text);
    if (found !== undefined) return found;
    throw new UsageError(`Unknown ${noun} '${text}'.`, `Choose one of: ${choices.join(', ')}`);
  };
}

/** Returns whether the value names a server. Such a value can also be `self`. */
export function isServerValue({ source }: Pick<ValueSpec, 'source'>): boolean {
  return source === 'server' || (typeof source === 'object' && 'servers' in source);
}

/** A commander option with its declaration. */
export class CliOption extends Option {
  readonly spec: OptionSpec;

  constructor(spec: OptionSpec) {
    super(spec.flags, spec.description);
    this.spec = spec;
    if (spec.choices) this.choices(spec.choices).argParser(createChoiceParser(spec.choices, spec.flags));
    if (spec.parse) this.argParser(spec.parse);
    if (spec.default !== undefined) this.default(spec.default);
    if (spec.conflicts) this.conflicts([...spec.conflicts]);
    if (spec.heading !== undefined) this.helpGroup(spec.heading);
    this.makeOptionMandatory(spec.isMandatory === true);
  }
}

/** A commander argument with its declaration. */
export class CliArgument extends Argument {
  readonly spec: ArgumentSpec;

  constructor(spec: ArgumentSpec) {
    super(spec.name, spec.description);
    this.spec = spec;
    if (spec.choices) this.choices(spec.choices).argParser(createChoiceParser(spec.choices, spec.name));
    if (spec.parse) this.argParser(spec.parse);
  }
}

/** Puts the options under one heading of help. */
export function withHelpHeading(heading: string, options: readonly OptionSpec[]): OptionSpec[] {
  return options.map((option) => ({ ...option, heading }));
}
