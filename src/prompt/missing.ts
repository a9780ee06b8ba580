import { CliArgument, CliOption } from '../app/command.ts';
import type { CommandLine } from '../app/command-line.ts';
import type { Context } from '../app/context.ts';
import { DeclinedError } from '../core/errors.ts';
import { quoteShellWord } from '../core/shell-safe-word.ts';
import { canAskQuestions, createPrompter } from './prompt.ts';
import { askForValues, isInterfaceOption } from './values.ts';

/** The time limit for fetching the values to choose from, in seconds. The command itself has its own time limit. */
const FETCH_TIMEOUT_SECONDS = 60;

/**
 * Asks at the terminal for missing arguments and options, and returns the completed command line. In a pipe or a CI job,
 * returns the command line unchanged, so that commander reports the missing values.
 * @throws InterruptedError; UsageError if there is nothing to choose from; any error while the values are fetched
 */
export async function askForMissingValues(
  line: CommandLine,
  context: Context,
  argv: readonly string[],
): Promise<string[]> {
  if (!canAskQuestions(context)) return [...argv];
  const missing = listMissingParts(line);
  const isUnclear =
    line.hasUnknownWord ||
    line.endedOptions ||
    line.open !== undefined ||
    line.given.has('help') ||
    line.given.has('version');
  if (isUnclear || missing.length === 0) return [...argv];
  const { createSilentContext } = await import('../completion/sources.ts');
  const silent = createSilentContext(context, line, FETCH_TIMEOUT_SECONDS);
  try {
    const words: string[] = [];
    let asked = line;
    for (const part of missing) {
      const answers = await askForValues(context, silent, asked, part);
      words.push(...(part instanceof CliOption ? answers.map((answer) => `${part.long}=${answer}`) : answers));
      asked = addAnswersToLine(asked, part, answers);
    }
    const whole = [...argv, ...words];
    await confirmChange(context, line, whole);
    return whole;
  } finally {
    await silent.close();
  }
}

/** Returns the command line with the answers added. The choices for the next question may depend on these answers. */
function addAnswersToLine(line: CommandLine, part: CliArgument | CliOption, answers: readonly string[]): CommandLine {
  if (part instanceof CliArgument) return { ...line, args: [...line.args, ...answers] };
  return answers.length === 0 ? line : { ...line, given: new Map([...line.given, [part.attributeName(), answers]]) };
}

/**
 * Asks for confirmation if the command changes something, because the user may have chosen a wrong value by mistake.
 * @throws DeclinedError if the user does not confirm
 */
async function confirmChange(
  context: Context,
  { command, given }: CommandLine,
  argv: readonly string[],
): Promise<void> {
  const changes = command?.changesLater || command?.options?.some(({ flags }) => flags === '--dry-run') === true;
  if (!changes || command?.confirmsItself || given.has('yes') || given.has('dryRun')) return;
  if (await createPrompter(context).confirm(`Run ${['upc', ...argv.map(quoteShellWord)].join(' ')} ?`)) return;
  throw new DeclinedError();
}

/**
 * Returns the missing arguments and options, in the order of the questions. Arguments come first and interfaces last,
 * because later choices may depend on earlier answers. If only interfaces are missing, returns an empty list: the command
 * itself asks for an interface if needed.
 */
function listMissingParts({ command, args, given }: CommandLine): (CliArgument | CliOption)[] {
  if (!command) return [];
  const isAsked = (unless: readonly string[] | undefined) =>
    unless !== undefined && !unless.some((name) => given.has(name));
  const missing = (command.arguments ?? [])
    .map((spec) => new CliArgument(spec))
    .filter(({ required, spec }, i) => i >= args.length && (required || isAsked(spec.askedUnless)));
  const wanted = (command.options ?? [])
    .map((spec) => new CliOption(spec))
    .filter(({ spec }) => isAsked(spec.askedUnless) && (spec.askedWith === undefined || given.has(spec.askedWith)))
    .filter((option) => !given.has(option.attributeName()));
  const others = [...missing, ...wanted.filter((option) => !isInterfaceOption(option))];
  return others.length === 0 ? [] : [...others, ...wanted.filter(isInterfaceOption)];
}
