import { Writable } from 'node:stream';
import type { Command } from 'commander';
import type { Place } from '../app/command-line.ts';
import { type Context, createContext } from '../app/context.ts';
import type { Globals } from '../app/globals.ts';
import { sanitize } from '../core/sanitize.ts';
import { isDetached } from '../domain/filter.ts';
import type { Address, Server } from '../domain/model.ts';
import { helpParts } from '../help/parts.ts';
import { type Names, placeOf, serverNames } from '../output/address.ts';

/** A word that fits, with what it means. */
export interface Candidate {
  readonly value: string;
  readonly description: string;
}

/**
 * A context of its own for a look at the account before the command line is complete: it writes nothing and asks nothing.
 * @param seconds how long the look may take
 */
export function createSilentContext(context: Context, { given, path }: Place, seconds: number): Context {
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
    sandbox: given.has('sandbox') || path.startsWith('sandbox '),
    output: 'json',
    headers: true,
    color: 'never',
    timeout: seconds,
  };
  return createContext({ ...context.deps, stdout: nowhere, stderr: nowhere, looksOnly: true }, () => globals);
}

/** The addresses that a command can be about. @param path `ip float attach` */
function suits(path: string, ip: Address): boolean {
  const [, group = '', verb = ''] = path.split(' ');
  if (group === 'release') return ip.access === 'public' && ip.is_delegated === 'no';
  if (group === 'ptr') return ip.access === 'public';
  if (group === 'policy') return ip.access === 'public' && ip.family === 'IPv4';
  if (group !== 'float') return true;
  if (ip.floating !== 'yes' || ip.is_delegated === 'yes') return false;
  if (verb === 'attach') return isDetached(ip);
  return verb === 'detach' ? ip.server !== null : true;
}

export async function addressesFor(look: Context, place: Place): Promise<{ addresses: Address[]; names: Names }> {
  const { listAddresses } = await import('../api/addresses.ts');
  const { serversIfPossible } = await import('../app/lookup.ts');
  const api = await look.api();
  const [all, servers] = await Promise.all([listAddresses(api), serversIfPossible(api)]);
  const addresses = all.filter((ip) => suits(place.path, ip) && !place.args.includes(ip.address));
  return { addresses, names: { servers: serverNames(servers), loadBalancers: new Map() } };
}

export function addressCandidate(ip: Address, names: Names): Candidate {
  return { value: ip.address, description: [placeOf(ip, names), ip.ptr_record].filter(Boolean).join(', ') };
}

/** The servers that an option can name: those of the zone where the address on the line is, if there is one. */
export async function serversFor(look: Context, place: Place): Promise<Server[]> {
  const { listServers } = await import('../api/servers.ts');
  const { listAddresses } = await import('../api/addresses.ts');
  const api = await look.api();
  const [address] = place.args;
  const zoned = place.path.startsWith('ip float') && address !== undefined;
  const [servers, all] = await Promise.all([listServers(api), zoned ? listAddresses(api) : []]);
  const zone = all.find((ip) => ip.address === address)?.zone;
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

export async function zones(look: Context): Promise<Candidate[]> {
  const { listZones } = await import('../api/account.ts');
  return (await listZones(await look.api())).map(({ id, description }) => ({ value: id, description }));
}

/** Names only: what a profile holds is nobody's business on a screen. */
export function profiles(look: Context): Candidate[] {
  return [...look.config().profiles.keys()].map((value) => ({ value, description: '' }));
}

/**
 * The columns that `--columns` and `--sort` know.
 * @param typed what stands before one: other columns with their commas, or the `-` of the other direction
 */
export function columns(command: Command, typed: string): Candidate[] {
  const [before = ''] = /^(?:.*,|-)?/s.exec(typed) ?? [];
  return Object.entries(helpParts(command)?.columns?.() ?? {}).map(([value, { header }]) => ({
    value: before + value,
    description: header,
  }));
}
