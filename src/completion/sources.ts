import { Writable } from 'node:stream';
import type { AnyCommand } from '../app/command.ts';
import type { CommandLine } from '../app/command-line.ts';
import { type Context, createContext } from '../app/context.ts';
import type { GlobalOptions } from '../app/globals.ts';
import { sanitize } from '../core/sanitize.ts';
import { describeInterface } from '../domain/interface.ts';
import type { Address, LoadBalancer, NetworkInterface, Server } from '../domain/model.ts';
import { describeAddressLocation, type ResourceNames } from '../output/address.ts';

/** A possible word with its description. */
export interface Candidate {
  readonly value: string;
  readonly description: string;
  /** Whether the value is an IP address, which completion accepts in any spelling. */
  readonly isAddress?: true;
}

/**
 * Creates a context that reads the account before the command line is complete. The context prints nothing and asks no
 * questions.
 * @param seconds the time limit
 */
export function createSilentContext(context: Context, { given, path }: CommandLine, seconds: number): Context {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const getLastValue = (name: string) => given.get(name)?.at(-1);
  const text = (name: 'profile' | 'apiUrl' | 'caFile') => {
    const value = getLastValue(name);
    return value === undefined ? {} : { [name]: value };
  };
  const globals: GlobalOptions = {
    ...text('profile'),
    ...text('apiUrl'),
    ...text('caFile'),
    sandbox: given.has('sandbox') || path[0] === 'sandbox',
    output: 'json',
    headers: true,
    color: 'never',
    timeout: seconds,
  };
  return createContext({ ...context.deps, stdout: nowhere, stderr: nowhere, keepsPermissions: true }, () => globals);
}

export function createAddressCandidate(ip: Address, names: ResourceNames): Candidate {
  const description = [describeAddressLocation(ip, names), ip.ptr_record].filter(Boolean).join(', ');
  return { value: ip.address, description, isAddress: true };
}

/**
 * Returns the candidate for a server. Its value is the title if the title can be typed and no other server has it as its
 * title or hostname. Otherwise the value is the UUID.
 * @param servers all servers of the account
 */
export function createServerCandidate(server: Server, servers: readonly Server[]): Candidate {
  const { uuid, title, hostname, zone, state } = server;
  const isAlone = servers.filter((one) => one.title === title || one.hostname === title).length === 1;
  const facts = [hostname === title ? '' : hostname, zone, state].filter(Boolean);
  return isAlone && isTypeableName(title)
    ? { value: title, description: facts.join(', ') }
    : { value: uuid, description: [title, ...facts].filter(Boolean).join(', ') };
}

export function createLoadBalancerCandidate(
  { uuid, name, zone }: LoadBalancer,
  all: readonly LoadBalancer[],
): Candidate {
  const isAlone = all.filter((one) => one.name === name).length === 1;
  return isAlone && isTypeableName(name)
    ? { value: name, description: zone }
    : { value: uuid, description: [name, zone].filter(Boolean).join(', ') };
}

function isTypeableName(name: string): boolean {
  return name !== '' && name === name.trim() && !name.startsWith('-') && sanitize(name) === name;
}

export function createInterfaceCandidate(one: NetworkInterface): Candidate {
  return { value: String(one.index), description: describeInterface(one) };
}

export async function fetchZoneCandidates(silent: Context): Promise<Candidate[]> {
  const { listZones } = await import('../api/account.ts');
  return (await listZones(await silent.api())).map(({ id, description }) => ({ value: id, description }));
}

/** Returns the names of the profiles. The candidates have no descriptions, because a profile may contain credentials. */
export function listProfileCandidates(silent: Context): Candidate[] {
  return [...silent.config().profiles.keys()].map((value) => ({ value, description: '' }));
}

/**
 * Returns the columns that `--columns` and `--sort` accept, without those that were already typed.
 * @param typed the text so far: for `--columns`, earlier columns with commas; for `--sort`, a `-` for descending order
 */
export function listColumnCandidates(command: AnyCommand | undefined, typed: string): Candidate[] {
  const [before = ''] = /^(?:.*,|-)?/s.exec(typed) ?? [];
  const taken = new Set(before.split(','));
  return Object.entries(command?.columns?.() ?? {})
    .filter(([name]) => !taken.has(name))
    .map(([name, { header }]) => ({ value: before + name, description: header }));
}
