import type { CliArgument, CliOption, CommandGroup, ValueSource } from '../app/command.ts';
import { type CommandLine, findArgument, listCommandOptions, readCommandLine } from '../app/command-line.ts';
import type { Context } from '../app/context.ts';
import { completeTypedAddress } from '../domain/address-prefix.ts';
import { fetchAccountCandidates } from './account-candidates.ts';
import {
  type Candidate,
  createSilentContext,
  fetchZoneCandidates,
  listColumnCandidates,
  listProfileCandidates,
} from './sources.ts';

/** The possible words at the cursor: a list of candidates, or `files` for any file name. */
export type Candidates = 'files' | readonly Candidate[];

/** Time limit for API requests, in seconds. Completion may take one second in total, including the start of the program. */
const FETCH_TIMEOUT_SECONDS = 0.6;

/**
 * Returns the candidates for the last word.
 * @param words the words of the command line, without the program's name; the last one is being typed and may be empty
 * @throws any error of the API, the configuration or the network
 */
export async function findCompletionCandidates(
  tree: CommandGroup,
  context: Context,
  words: readonly string[],
): Promise<Candidates> {
  const typed = words.at(-1) ?? '';
  const line = await readCommandLine(tree, words.slice(0, -1));
  if (line.path[0] === 'help' && !typed.startsWith('-')) return findHelpCandidates(tree, line, typed);
  const silentContext = createSilentContext(context, line, FETCH_TIMEOUT_SECONDS);
  try {
    return await findCandidatesForWord(silentContext, line, typed);
  } finally {
    await silentContext.close();
  }
}

async function findCandidatesForWord(silentContext: Context, line: CommandLine, typed: string): Promise<Candidates> {
  const [, name, value] = /^(--[^=]+)=(.*)$/s.exec(typed) ?? [];
  if (line.open) return filterByPrefix(await findValueCandidates(silentContext, line, line.open, typed), typed);
  if (name !== undefined && value !== undefined && !line.endedOptions) {
    const option = listCommandOptions(line.command).find(({ long }) => long === name);
    const found = option ? await findValueCandidates(silentContext, line, option, value) : [];
    return found === 'files' ? found : addPrefixToCandidates(filterByPrefix(found, value), `${name}=`);
  }
  if (typed.startsWith('-') && !line.endedOptions) return filterByPrefix(listOptionNames(line), typed);
  if (!line.command) return line.args.length === 0 ? filterByPrefix(await listSubcommands(line), typed) : [];
  const argument = findArgument(line.command, line.args.length);
  if (!argument) return [];
  const { completion } = argument.spec;
  const found = completion
    ? fetchSourceCandidates(silentContext, line, completion, typed)
    : findValueCandidates(silentContext, line, argument, typed);
  return filterByPrefix(await found, typed);
}

/**
 * Returns the words that can follow `upc help`: the commands of the group that was typed. For the first word, also returns
 * the help topics.
 */
async function findHelpCandidates(
  tree: CommandGroup,
  { command, args }: CommandLine,
  typed: string,
): Promise<Candidates> {
  const named = await readCommandLine(tree, args);
  if (named.command || named.args.length > 0) return [];
  const topics = args.length === 0 ? (findArgument(command, 0)?.spec.suggestions ?? []) : [];
  const found = [...(await listSubcommands(named)), ...topics.map((value) => ({ value, description: '' }))];
  return filterByPrefix(found, typed);
}

/**
 * Returns the candidates that begin with the typed text. A candidate that is an IP address matches in any spelling. The
 * result keeps the spelling that the user typed.
 */
function filterByPrefix(found: Candidates, typed: string): Candidates {
  if (found === 'files') return found;
  return found.flatMap((one) => {
    const value = one.isAddress
      ? completeTypedAddress(one.value, typed)
      : one.value.startsWith(typed)
        ? one.value
        : undefined;
    return value === undefined ? [] : { ...one, value };
  });
}

function addPrefixToCandidates(found: Candidates, prefix: string): Candidates {
  return found === 'files' ? found : found.map((one) => ({ ...one, value: prefix + one.value }));
}

function listSubcommands({ groups }: CommandLine): Promise<Candidate[]> {
  const commands = Object.entries(groups.at(-1)?.commands ?? {});
  return Promise.all(
    commands.map(async ([value, one]) => ({
      value,
      description: (typeof one === 'function' ? await one() : one).summary,
    })),
  );
}

function listOptionNames({ command, given }: CommandLine): Candidate[] {
  return listCommandOptions(command)
    .filter((option) => option.spec.isRepeatable || !given.has(option.attributeName()))
    .map(({ long, short, description }) => ({ value: long ?? short ?? '', description }));
}

/**
 * Returns the possible values of an option or argument.
 * @param silentContext a context that prints nothing, used to fetch values from the account
 */
export async function findValueCandidates(
  silentContext: Context,
  line: CommandLine,
  { spec }: CliOption | CliArgument,
  typed = '',
): Promise<Candidates> {
  const known = spec.choices ?? spec.suggestions;
  if (known) return known.map((value) => ({ value, description: '' }));
  return spec.source === undefined ? [] : fetchSourceCandidates(silentContext, line, spec.source, typed);
}

async function fetchSourceCandidates(
  silentContext: Context,
  line: CommandLine,
  source: ValueSource,
  typed: string,
): Promise<Candidates> {
  if (source === 'file') return 'files';
  if (source === 'zone') return fetchZoneCandidates(silentContext);
  if (source === 'profile') return listProfileCandidates(silentContext);
  if (source === 'column') return listColumnCandidates(line.command, typed);
  return fetchAccountCandidates(silentContext, line, source);
}
