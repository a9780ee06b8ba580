import type { CliArgument, CliOption, Group, Source } from '../app/command.ts';
import { argumentAt, type CommandLine, optionsOf, readCommandLine } from '../app/command-line.ts';
import type { Context } from '../app/context.ts';
import { continueSpelling } from '../domain/address-prefix.ts';
import {
  addressCandidate,
  addressesFor,
  type Candidate,
  columns,
  createSilentContext,
  profiles,
  serverCandidate,
  serversFor,
  zones,
} from './sources.ts';

/** What can stand where the cursor is: words, or any file's name. */
export type Candidates = 'files' | readonly Candidate[];

/** Seconds for the API's response; the start of the program comes on top, and one second is the promise. */
const SECONDS = 0.6;

/**
 * Returns what the last word can become.
 * @param words of the command line, without the program's name; the last one is being typed and may be empty
 * @throws any error of the API, the configuration or the network
 */
export async function candidatesFor(tree: Group, context: Context, words: readonly string[]): Promise<Candidates> {
  const typed = words.at(-1) ?? '';
  const line = await readCommandLine(tree, words.slice(0, -1));
  const silent = createSilentContext(context, line, SECONDS);
  try {
    return await fitting(silent, line, typed);
  } finally {
    await silent.close();
  }
}

async function fitting(silent: Context, line: CommandLine, typed: string): Promise<Candidates> {
  const [, name, value] = /^(--[^=]+)=(.*)$/s.exec(typed) ?? [];
  if (line.open) return filtered(await valuesOf(silent, line, line.open, typed), typed);
  if (name !== undefined && value !== undefined && !line.isBare) {
    const option = optionsOf(line.command).find(({ long }) => long === name);
    const found = option ? await valuesOf(silent, line, option, value) : [];
    return found === 'files' ? found : prefixed(filtered(found, value), `${name}=`);
  }
  if (typed.startsWith('-') && !line.isBare) return filtered(optionNames(line), typed);
  if (!line.command) return line.args.length === 0 ? filtered(await subcommands(line), typed) : [];
  const argument = argumentAt(line.command, line.args.length);
  return argument ? filtered(await valuesOf(silent, line, argument, typed), typed) : [];
}

/** The candidates that begin as typed. An address may be typed in another spelling: it is offered as that goes on. */
function filtered(found: Candidates, typed: string): Candidates {
  if (found === 'files') return found;
  return found.flatMap((one) => {
    const value = one.isAddress
      ? continueSpelling(one.value, typed)
      : one.value.startsWith(typed)
        ? one.value
        : undefined;
    return value === undefined ? [] : { ...one, value };
  });
}

function prefixed(found: Candidates, prefix: string): Candidates {
  return found === 'files' ? found : found.map((one) => ({ ...one, value: prefix + one.value }));
}

function subcommands({ groups }: CommandLine): Promise<Candidate[]> {
  const commands = Object.entries(groups.at(-1)?.commands ?? {});
  return Promise.all(
    commands.map(async ([value, one]) => ({
      value,
      description: (typeof one === 'function' ? await one() : one).summary,
    })),
  );
}

function optionNames({ command, given }: CommandLine): Candidate[] {
  return optionsOf(command)
    .filter((option) => Array.isArray(option.spec.default) || !given.has(option.attributeName()))
    .map(({ long, short, description }) => ({ value: long ?? short ?? '', description }));
}

/** Returns what an option's value or an argument can be. @param silent for the account, where values come from there */
export async function valuesOf(
  silent: Context,
  line: CommandLine,
  { spec }: CliOption | CliArgument,
  typed = '',
): Promise<Candidates> {
  const known = spec.choices ?? spec.suggestions;
  if (known) return known.map((value) => ({ value, description: '' }));
  return spec.source === undefined ? [] : fromSource(silent, line, spec.source, typed);
}

async function fromSource(silent: Context, line: CommandLine, source: Source, typed: string): Promise<Candidates> {
  if (source === 'file') return 'files';
  if (source === 'zone') return zones(silent);
  if (source === 'profile') return profiles(silent);
  if (source === 'column') return columns(line.command, typed);
  if (source === 'server') {
    const servers = await serversFor(silent, line);
    return servers.map((server) => serverCandidate(server, servers));
  }
  const { addresses, names } = await addressesFor(silent, line, source.addresses);
  return addresses.map((ip) => addressCandidate(ip, names));
}
