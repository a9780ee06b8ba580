import type { Argument, Command, Option } from 'commander';
import { argumentAt, locate, optionsOf, type Place } from '../app/command-line.ts';
import type { Context } from '../app/context.ts';
import { formats } from '../output/render.ts';
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

/** For the API's answer; the program's start comes on top, and one second is the promise. */
const SECONDS = 0.6;

/**
 * What the last word can become.
 * @param words of the command line, without the program's name; the last one is being typed and may be empty
 * @throws whatever the API, the configuration or the network comes up with
 */
export async function candidatesFor(root: Command, context: Context, words: readonly string[]): Promise<Candidates> {
  const typed = words.at(-1) ?? '';
  const place = locate(root, words.slice(0, -1));
  const look = createSilentContext(context, place, SECONDS);
  try {
    return await fitting(look, place, typed);
  } finally {
    await look.close();
  }
}

async function fitting(look: Context, place: Place, typed: string): Promise<Candidates> {
  const [, name, value] = /^(--[^=]+)=(.*)$/s.exec(typed) ?? [];
  if (place.open) return filtered(await optionValues(look, place, place.open, typed), typed);
  if (name !== undefined && value !== undefined && !place.bare) {
    const option = optionsOf(place.command).find(({ long }) => long === name);
    const found = option ? await optionValues(look, place, option, value) : [];
    return found === 'files' ? found : prefixed(filtered(found, value), `${name}=`);
  }
  if (typed.startsWith('-') && !place.bare) return filtered(optionNames(place), typed);
  const commands = place.args.length === 0 ? subcommands(place.command) : [];
  if (commands.length > 0) return filtered(commands, typed);
  const argument = argumentAt(place.command, place.args.length);
  return argument ? filtered(await argumentValues(look, place, argument), typed) : [];
}

function filtered(found: Candidates, typed: string): Candidates {
  return found === 'files' ? found : found.filter(({ value }) => value.startsWith(typed));
}

function prefixed(found: Candidates, prefix: string): Candidates {
  return found === 'files' ? found : found.map((one) => ({ ...one, value: prefix + one.value }));
}

function subcommands(command: Command): Candidate[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .map((one) => ({ value: one.name(), description: one.description() }));
}

function optionNames({ command, given }: Place): Candidate[] {
  return optionsOf(command)
    .filter((option) => option.variadic || !given.has(option.attributeName()))
    .map(({ long, short, description }) => ({ value: long ?? short ?? '', description }));
}

/** What an option's value can be. @param look for the account, if it takes one to know */
export async function optionValues(look: Context, place: Place, option: Option, typed = ''): Promise<Candidates> {
  if (option.argChoices) return plain(option.argChoices);
  if (option.long === '--columns' || option.long === '--sort') return columns(place.command, typed);
  if (option.long === '--output') return plain(formats);
  if (option.long === '--color') return plain(['auto', 'always', 'never']);
  if (option.long === '--family') return plain(['IPv4', 'IPv6']);
  if (option.long === '--profile') return profiles(look);
  return fromAccount(look, place, /<([^>.]+)/.exec(option.flags)?.[1] ?? '');
}

/** What an argument can be. @param look for the account, if it takes one to know */
export async function argumentValues(look: Context, place: Place, argument: Argument): Promise<Candidates> {
  if (argument.argChoices) return plain(argument.argChoices);
  if (argument.name() === 'policy') return plain(['keep', 'release']);
  if (place.path.startsWith('profile') && argument.name() === 'name') return profiles(look);
  return fromAccount(look, place, argument.name());
}

/** @param kind what the help calls the value: `<server>`, `<address>`, … */
async function fromAccount(look: Context, place: Place, kind: string): Promise<Candidates> {
  if (kind === 'file') return 'files';
  if (kind === 'zone') return zones(look);
  if (kind === 'server') {
    const servers = await serversFor(look, place);
    return servers.map((server) => serverCandidate(server, servers));
  }
  if (kind !== 'address') return [];
  const { addresses, names } = await addressesFor(look, place);
  return addresses.map((ip) => addressCandidate(ip, names));
}

function plain(values: readonly string[]): Candidate[] {
  return values.map((value) => ({ value, description: '' }));
}
