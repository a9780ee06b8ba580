import { CliArgument, CliOption } from '../app/command.ts';
import type { CommandLine } from '../app/command-line.ts';
import type { Context } from '../app/context.ts';
import type { Candidate } from '../completion/sources.ts';
import { UsageError } from '../core/errors.ts';
import { createPrompter } from './prompt.ts';

export const isInterfaceOption = ({ spec: { source } }: CliOption): boolean =>
  typeof source === 'object' && 'interfacesOf' in source;

/**
 * Asks for the values of one argument or option. Returns an empty list if no value is needed.
 * @param silent a context without output, to fetch the values to choose from
 * @throws UsageError if there is nothing to choose from; InterruptedError; any error while the values are fetched
 */
export async function askForValues(
  context: Context,
  silent: Context,
  line: CommandLine,
  part: CliArgument | CliOption,
): Promise<string[]> {
  const { findValueCandidates } = await import('../completion/candidates.ts');
  const { spec } = part;
  if (spec.source === 'zone' && silent.defaultZone() !== undefined) return [];
  const found = await findValueCandidates(silent, line, part);
  const asker = createPrompter(context);
  if (part instanceof CliOption && isInterfaceOption(part) && found.length < 2) return [];
  if (found === 'files' || (found.length === 0 && !isValueFromAccount(part))) {
    const check = (text: string) =>
      text.trim() === '' || text.startsWith('-')
        ? 'Type a value, or press Ctrl-C to cancel.'
        : (findValueProblem(spec, text.trim()) ?? true);
    return [(await asker.input(`${spec.question ?? capitalize(spec.description)}:`, { check })).trim()];
  }
  if (found.length === 0) throw createNothingToChooseError(line, getValueName(part));
  if (part instanceof CliArgument && part.variadic && !part.spec.isAskedOnce)
    return asker.checkbox(`Which ${getValueName(part)}es?`, createChoices(found));
  return [await asker.select(spec.question ?? `Which ${getValueName(part)}?`, createChoices(found))];
}

/** Returns the reason if the text is not a valid value, otherwise undefined. */
function findValueProblem({ check, parse }: (CliArgument | CliOption)['spec'], text: string): string | undefined {
  try {
    (check ?? parse)?.(text, undefined);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Returns the name of the value in help, such as `server` for `--to <server>`. */
function getValueName(part: CliArgument | CliOption): string {
  return part instanceof CliOption ? (/<(.+)>/.exec(part.flags)?.[1] ?? part.name()) : part.name();
}

/** Returns whether valid values must exist in the account. If the account has none, asking the user for a value is useless. */
function isValueFromAccount({ spec: { source } }: CliArgument | CliOption): boolean {
  return source === 'server' || source === 'load-balancer' || source === 'zone' || typeof source === 'object';
}

function createChoices(found: readonly Candidate[]) {
  const width = Math.max(...found.map(({ value }) => value.length));
  return found.map(({ value, description }) => ({
    value,
    name: `${value.padEnd(width)}  ${description}`.trimEnd(),
    short: value,
  }));
}

function createNothingToChooseError({ path }: CommandLine, noun: string): UsageError {
  const command = `upc ${path.join(' ')}`;
  const [items, list] =
    noun === 'server'
      ? ['servers', 'server list']
      : noun === 'load-balancer'
        ? ['load balancers', 'load-balancer list']
        : ['addresses', 'ip list'];
  return new UsageError(
    `There is no ${noun.replace('-', ' ')} to choose for \`${command}\`.`,
    (upc) => `List all ${items} with \`${upc(list)}\`, or see \`${command} --help\`.`,
    'NOTHING_TO_CHOOSE',
  );
}

const capitalize = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
