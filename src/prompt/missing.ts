import { CliArgument, CliOption } from '../app/command.ts';
import type { CommandLine } from '../app/command-line.ts';
import type { Context } from '../app/context.ts';
import type { Candidate } from '../completion/sources.ts';
import { UsageError } from '../core/errors.ts';
import { ask, canAsk } from './prompt.ts';

/** Long enough to load a list; the command itself has its own deadline. */
const SECONDS = 60;

/**
 * Returns the command line with what it lacks, asked for at the terminal. In a pipe or a CI job it stays as it is, and
 * commander rejects it.
 * @throws InterruptedError; UsageError where there is nothing to choose from; any error of loading the lists
 */
export async function withAnswers(line: CommandLine, context: Context, argv: readonly string[]): Promise<string[]> {
  if (!canAsk(context)) return [...argv];
  const missing = missingParts(line);
  const isUnclear =
    line.isLost || line.isBare || line.open !== undefined || line.given.has('help') || line.given.has('version');
  if (isUnclear || missing.length === 0) return [...argv];
  const { createSilentContext } = await import('../completion/sources.ts');
  const silent = createSilentContext(context, line, SECONDS);
  try {
    const words: string[] = [];
    let asked = line;
    for (const part of missing) {
      const answers = await answersFor(context, silent, asked, part);
      words.push(...(part instanceof CliOption ? answers.map((answer) => `${part.long}=${answer}`) : answers));
      if (part instanceof CliArgument) asked = { ...asked, args: [...asked.args, ...answers] };
    }
    const whole = [...argv, ...words];
    await confirmChange(context, line, whole);
    return whole;
  } finally {
    await silent.close();
  }
}

/**
 * Asks before a command changes something that it had to ask for: a key too many must not carry it out.
 * @throws UsageError if the user declines
 */
async function confirmChange(
  context: Context,
  { command, given }: CommandLine,
  argv: readonly string[],
): Promise<void> {
  const changes = command?.options?.some(({ flags }) => flags === '--dry-run') === true;
  if (!changes || command?.confirmsItself || given.has('yes') || given.has('dryRun')) return;
  if (await ask(context).confirm(`Run ${['upc', ...argv.map(quoteWord)].join(' ')} ?`)) return;
  throw new UsageError('Nothing was changed.', undefined, 'NOT_CONFIRMED');
}

/** A word as it is typed in a shell. */
const quoteWord = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** What the command line lacks: arguments first, for the choice of a server may depend on the address. */
function missingParts({ command, args, given }: CommandLine): (CliArgument | CliOption)[] {
  if (!command) return [];
  const isAsked = (unless: readonly string[] | undefined) =>
    unless !== undefined && !unless.some((name) => given.has(name));
  const missing = (command.arguments ?? [])
    .map((spec) => new CliArgument(spec))
    .filter(({ required, spec }, i) => i >= args.length && (required || isAsked(spec.askedUnless)));
  const wanted = (command.options ?? [])
    .map((spec) => new CliOption(spec))
    .filter((option) => isAsked(option.spec.askedUnless) && !given.has(option.attributeName()));
  return [...missing, ...wanted];
}

async function answersFor(
  context: Context,
  silent: Context,
  line: CommandLine,
  part: CliArgument | CliOption,
): Promise<string[]> {
  const { valuesOf } = await import('../completion/candidates.ts');
  const { spec } = part;
  if (spec.source === 'zone' && silent.defaultZone() !== undefined) return [];
  const found = await valuesOf(silent, line, part);
  const asker = ask(context);
  if (found === 'files' || (found.length === 0 && !isFromAccount(part))) {
    const check = (text: string) =>
      (text.trim() !== '' && !text.startsWith('-')) || 'Type something, or Ctrl-C to leave.';
    return [(await asker.input(`${spec.question ?? capital(spec.description)}:`, { check })).trim()];
  }
  if (found.length === 0) throw nothingToChoose(line, nounOf(part));
  if (part instanceof CliArgument && part.variadic) return asker.checkbox(`Which ${nounOf(part)}es?`, choices(found));
  return [await asker.select(spec.question ?? `Which ${nounOf(part)}?`, choices(found))];
}

/** What the help calls the value: `server` for `--to <server>`. */
function nounOf(part: CliArgument | CliOption): string {
  return part instanceof CliOption ? (/<(.+)>/.exec(part.flags)?.[1] ?? part.name()) : part.name();
}

/** With an empty list from the account there is nothing to type either. */
function isFromAccount({ spec: { source } }: CliArgument | CliOption): boolean {
  return source === 'server' || source === 'zone' || typeof source === 'object';
}

function choices(found: readonly Candidate[]) {
  const width = Math.max(...found.map(({ value }) => value.length));
  return found.map(({ value, description }) => ({
    value,
    name: `${value.padEnd(width)}  ${description}`.trimEnd(),
    short: value,
  }));
}

function nothingToChoose({ path }: CommandLine, noun: string): UsageError {
  const command = `upc ${path.join(' ')}`;
  return new UsageError(
    `There is no ${noun} that \`${command}\` could be about.`,
    (upc) => `See what is there: \`${upc('ip list')}\`. Help: \`${command} --help\`.`,
    'NOTHING_TO_CHOOSE',
  );
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
