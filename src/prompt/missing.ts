import { CliArgument, CliOption } from '../app/command.ts';
import type { CommandLine } from '../app/command-line.ts';
import type { Context } from '../app/context.ts';
import type { Candidate } from '../completion/sources.ts';
import { notConfirmed, UsageError } from '../core/errors.ts';
import { quoteShellWord } from '../core/shell-safe-word.ts';
import { ask, canAsk } from './prompt.ts';

/** Time limit for fetching a list, in seconds; the command itself has its own deadline. */
const SECONDS = 60;

/**
 * Asks for missing arguments and options at the terminal, and returns the completed command line. In a pipe or a CI job it
 * returns the command line unchanged, and commander rejects it.
 * @throws InterruptedError; UsageError if there is nothing to choose from; any error while the lists are fetched
 */
export async function askForMissing(line: CommandLine, context: Context, argv: readonly string[]): Promise<string[]> {
  if (!canAsk(context)) return [...argv];
  const missing = missingParts(line);
  const isUnclear =
    line.hasUnknownWord ||
    line.endedOptions ||
    line.open !== undefined ||
    line.given.has('help') ||
    line.given.has('version');
  if (isUnclear || missing.length === 0) return [...argv];
  const { createSilentContext } = await import('../completion/sources.ts');
  const silent = createSilentContext(context, line, SECONDS);
  try {
    const words: string[] = [];
    let asked = line;
    for (const part of missing) {
      const answers = await askForValues(context, silent, asked, part);
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
 * Asks for confirmation before a command makes a change whose values were chosen in prompts: one accidental key must not start it.
 * @throws UsageError if the user declines
 */
async function confirmChange(
  context: Context,
  { command, given }: CommandLine,
  argv: readonly string[],
): Promise<void> {
  const changes = command?.options?.some(({ flags }) => flags === '--dry-run') === true;
  if (!changes || command?.confirmsItself || given.has('yes') || given.has('dryRun')) return;
  if (await ask(context).confirm(`Run ${['upc', ...argv.map(quoteShellWord)].join(' ')} ?`)) return;
  throw notConfirmed();
}

/** Returns the missing parts, arguments first: the servers to choose from may depend on the address. */
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

async function askForValues(
  context: Context,
  silent: Context,
  line: CommandLine,
  part: CliArgument | CliOption,
): Promise<string[]> {
  const { findValues } = await import('../completion/candidates.ts');
  const { spec } = part;
  if (spec.source === 'zone' && silent.defaultZone() !== undefined) return [];
  const found = await findValues(silent, line, part);
  const asker = ask(context);
  if (found === 'files' || (found.length === 0 && !isFromAccount(part))) {
    const check = (text: string) =>
      (text.trim() !== '' && !text.startsWith('-')) || 'Type a value, or press Ctrl-C to cancel.';
    return [(await asker.input(`${spec.question ?? capital(spec.description)}:`, { check })).trim()];
  }
  if (found.length === 0) throw nothingToChoose(line, nounOf(part));
  if (part instanceof CliArgument && part.variadic && !part.spec.isAskedOnce)
    return asker.checkbox(`Which ${nounOf(part)}es?`, toChoices(found));
  return [await asker.select(spec.question ?? `Which ${nounOf(part)}?`, toChoices(found))];
}

/** Returns the name of the value in help: `server` for `--to <server>`. */
function nounOf(part: CliArgument | CliOption): string {
  return part instanceof CliOption ? (/<(.+)>/.exec(part.flags)?.[1] ?? part.name()) : part.name();
}

/** Returns whether the values come from the account. If its list is empty, typing a value is useless, too. */
function isFromAccount({ spec: { source } }: CliArgument | CliOption): boolean {
  return source === 'server' || source === 'load-balancer' || source === 'zone' || typeof source === 'object';
}

function toChoices(found: readonly Candidate[]) {
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
    `There is no ${noun} to choose for \`${command}\`.`,
    (upc) => `List your addresses with \`${upc('ip list')}\`, or see \`${command} --help\`.`,
    'NOTHING_TO_CHOOSE',
  );
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
