import { Writable } from 'node:stream';
import type { AnyCommand } from '../app/command.ts';
import type { CommandLine } from '../app/command-line.ts';
import { type Context, createContext } from '../app/context.ts';
import type { Globals } from '../app/globals.ts';
import { sanitize } from '../core/sanitize.ts';
import { isSameAddress } from '../domain/address.ts';
import type { Address, Server } from '../domain/model.ts';
import { type Names, placeOf, serverNames } from '../output/address.ts';

/** A word that fits, with what it means. */
export interface Candidate {
  readonly value: string;
  readonly description: string;
  /** It is found by any of its spellings. */
  readonly isAddress?: true;
}

/**
 * A context of its own for a look at the account before the command line is complete: it writes nothing and asks nothing.
 * @param seconds how long the look may take
 */
export function createSilentContext(context: Context, { given, path }: CommandLine, seconds: number): Context {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const last = (name: string) => given.get(name)?.at(-1);
  const text = (name: 'profile' | 'apiUrl' | 'caFile') => {
    const value = last(name);
    return value === undefined ? {} : { [name]: value };
  };
  const globals: Globals = {
    ...text('profile'),
    ...text('apiUrl'),
    ...text('caFile'),
    sandbox: given.has('sandbox') || path[0] === 'sandbox',
    output: 'json',
    headers: true,
    color: 'never',
    timeout: seconds,
  };
  return createContext({ ...context.deps, stdout: nowhere, stderr: nowhere, isReadOnly: true }, () => globals);
}

/** Loads the addresses that suit an argument and are not on the line already. */
export async function addressesFor(
  silent: Context,
  { args }: CommandLine,
  suits: (ip: Address) => boolean,
): Promise<{ addresses: Address[]; names: Names }> {
  const { listAddresses } = await import('../api/addresses.ts');
  const { serversIfPossible } = await import('../app/lookup.ts');
  const api = await silent.api();
  const [all, servers] = await Promise.all([listAddresses(api), serversIfPossible(api)]);
  const isGiven = (ip: Address) => args.some((arg) => isSameAddress(arg, ip.address));
  const addresses = all.filter((ip) => suits(ip) && !isGiven(ip));
  return { addresses, names: { servers: serverNames(servers), loadBalancers: new Map() } };
}

export function addressCandidate(ip: Address, names: Names): Candidate {
  const description = [placeOf(ip, names), ip.ptr_record].filter(Boolean).join(', ');
  return { value: ip.address, description, isAddress: true };
}

/** The servers that an option can name: those of the zone where the address on the line is, if there is one. */
export async function serversFor(silent: Context, { path, args }: CommandLine): Promise<Server[]> {
  const { listServers } = await import('../api/servers.ts');
  const { listAddresses } = await import('../api/addresses.ts');
  const api = await silent.api();
  const [address] = args;
  const zoned = path[1] === 'float' && address !== undefined;
  const [servers, all] = await Promise.all([listServers(api), zoned ? listAddresses(api) : []]);
  const zone = all.find((ip) => isSameAddress(ip.address, address ?? ''))?.zone;
  return zone === undefined ? servers : servers.filter((server) => server.zone === zone);
}

/** A server by its title where that names it alone and can be typed, else by its UUID. */
export function serverCandidate(server: Server, servers: readonly Server[]): Candidate {
  const { uuid, title, hostname, zone, state } = server;
  const alone = servers.filter((one) => one.title === title || one.hostname === title).length === 1;
  const plain = title !== '' && title === title.trim() && !title.startsWith('-') && sanitize(title) === title;
  const facts = [hostname === title ? '' : hostname, zone, state].filter(Boolean);
  return alone && plain
    ? { value: title, description: facts.join(', ') }
    : { value: uuid, description: [title, ...facts].filter(Boolean).join(', ') };
}

export async function zones(silent: Context): Promise<Candidate[]> {
  const { listZones } = await import('../api/account.ts');
  return (await listZones(await silent.api())).map(({ id, description }) => ({ value: id, description }));
}

/** Names only: what a profile holds is nobody's business on a screen. */
export function profiles(silent: Context): Candidate[] {
  return [...silent.config().profiles.keys()].map((value) => ({ value, description: '' }));
}

/**
 * The columns that `--columns` and `--sort` know.
 * @param typed what stands before one: other columns with their commas, or the `-` of the other direction
 */
export function columns(command: AnyCommand | undefined, typed: string): Candidate[] {
  const [before = ''] = /^(?:.*,|-)?/s.exec(typed) ?? [];
  return Object.entries(command?.columns?.() ?? {}).map(([value, { header }]) => ({
    value: before + value,
    description: header,
  }));
}
