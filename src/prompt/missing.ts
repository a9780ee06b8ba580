import type { Argument, Command, Option } from 'commander';
import { locate, optionsOf, type Place } from '../app/command-line.ts';
import type { Context } from '../app/context.ts';
import type { Candidate } from '../completion/sources.ts';
import { UsageError } from '../core/errors.ts';
import { ask, canAsk } from './prompt.ts';

interface Need {
  readonly option: string;
  /** Options that say the same. */
  readonly unless?: readonly string[];
}

/** Options that a command cannot do without. */
const needed: Readonly<Record<string, readonly Need[]>> = {
  'ip assign': [{ option: '--server', unless: ['mac'] }],
  'ip float attach': [{ option: '--server', unless: ['mac'] }],
  'ip float move': [{ option: '--to', unless: ['mac'] }],
  'ip float create': [{ option: '--zone', unless: ['server', 'mac'] }],
  'ip float guard': [{ option: '--primary' }, { option: '--standby' }, { option: '--check' }],
};

/** What is asked for where there is nothing to choose from; else the description serves. */
const questions: Readonly<Record<string, string>> = {
  name: 'Profile',
  hostname: 'Host name',
  file: 'File, or - for standard input',
  primary: 'The server that is watched (--primary)',
  standby: 'The server that takes over (--standby)',
  check: 'Check: a URL, tcp:host:port or a command',
};

/** Long enough to load a list; the command itself has its own deadline. */
const SECONDS = 60;

/**
 * The command line, with what it lacks asked for at the terminal. In a pipe or a CI job it stays as it is, and is a usage
 * error further on.
 * @throws InterruptedError; UsageError where there is nothing to choose from; whatever keeps the lists from being loaded
 */
export async function withAnswers(root: Command, context: Context, argv: readonly string[]): Promise<string[]> {
  if (!canAsk(context)) return [...argv];
  const place = locate(root, argv);
  const lacking = lacks(place);
  const busy =
    place.lost || place.bare || place.open !== undefined || place.given.has('help') || place.given.has('version');
  if (busy || lacking.length === 0) return [...argv];
  const { createSilentContext } = await import('../completion/sources.ts');
  const look = createSilentContext(context, place, SECONDS);
  try {
    const words: string[] = [];
    let at = place;
    for (const part of lacking) {
      const answers = await answersFor(context, look, at, part);
      words.push(...('flags' in part ? answers.map((answer) => `${part.long}=${answer}`) : answers));
      if (!('flags' in part)) at = { ...at, args: [...at.args, ...answers] };
    }
    return [...argv, ...words];
  } finally {
    await look.close();
  }
}

/** What the command line lacks, in the order in which it is best asked for. */
function lacks({ command, path, args, given }: Place): (Argument | Option)[] {
  if (command.commands.length > 0) return [];
  // `[address]` of a command that works on many at once, too: without --all, it is about one.
  const one = path === 'ip float move' && !given.has('all');
  const missing = command.registeredArguments.filter((argument, i) => i >= args.length && (argument.required || one));
  const wanted = (needed[path] ?? [])
    .filter(({ unless = [] }) => !unless.some((name) => given.has(name)))
    .map(({ option }) => optionsOf(command).find(({ long }) => long === option))
    .filter((option) => option !== undefined && !given.has(option.attributeName()));
  return [...missing, ...wanted.filter((option) => option !== undefined)];
}

async function answersFor(context: Context, look: Context, place: Place, part: Argument | Option): Promise<string[]> {
  const { argumentValues, optionValues } = await import('../completion/candidates.ts');
  const isOption = 'flags' in part;
  const noun = isOption ? (/<(.+)>/.exec(part.flags)?.[1] ?? part.name()) : part.name();
  if (isOption && noun === 'zone' && look.defaultZone() !== undefined) return [];
  const found = await (isOption ? optionValues(look, place, part) : argumentValues(look, place, part));
  const asker = ask(context);
  const name = isOption ? part.attributeName() : part.name();
  const question = Object.hasOwn(questions, name) ? questions[name] : undefined;
  if (found === 'files' || (found.length === 0 && !fromAccount.has(noun))) {
    const check = (text: string) =>
      (text.trim() !== '' && !text.startsWith('-')) || 'Type something, or Ctrl-C to leave.';
    return [(await asker.input(`${question ?? capital(part.description)}:`, { check })).trim()];
  }
  if (found.length === 0) throw nothing(place, noun);
  if (!isOption && part.variadic) return asker.checkbox(`Which ${noun}es?`, choices(found));
  return [await asker.select(question ?? `Which ${noun}?`, choices(found))];
}

/** What is chosen from a list of the account's; with an empty list there is nothing to type either. */
const fromAccount = new Set(['address', 'server', 'zone']);

function choices(found: readonly Candidate[]) {
  const width = Math.max(...found.map(({ value }) => value.length));
  return found.map(({ value, description }) => ({
    value,
    name: `${value.padEnd(width)}  ${description}`.trimEnd(),
    short: value,
  }));
}

function nothing({ path }: Place, noun: string): UsageError {
  return new UsageError(
    `There is no ${noun} that \`upc ${path}\` could be about.`,
    `See what is there: \`upc ip list\`. Help: \`upc ${path} --help\`.`,
    'NOTHING_TO_CHOOSE',
  );
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
