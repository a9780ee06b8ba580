/** Short ways of saying what a seed contains; the rules' own functions fill in what follows from it. */
import { makeInterface } from './rules/change.ts';
import { defaultPtr, interfaceIdentifier } from './rules/syntax.ts';
import type { Account, Address, Server, Zone } from './state.ts';

/** One interface and its regular address; an IPv6 address follows from the MAC. */
export interface Line {
  readonly mac: string;
  readonly on: 'utility' | 'IPv4' | 'IPv6';
  readonly address?: string;
  readonly ptr?: string;
  readonly partOfPlan?: boolean;
  readonly keep?: boolean;
}

export interface Populated {
  readonly servers: readonly Server[];
  readonly addresses: readonly Address[];
}

export function account(username: string, scale = 1): Account {
  return {
    username,
    password: username,
    token: `ucat_${username}`,
    credits: 9972.23,
    address_selection: false,
    resource_limits: { detached_floating_ips: 10 * scale, public_ipv4: 100 * scale, public_ipv6: 100 * scale },
  };
}

export function zone(id: string, description: string, number: number, free: readonly string[]): Zone {
  const utility = Array.from({ length: 100 }, (_, at) => `10.${number}.8.${at + 100}`);
  return {
    id,
    description,
    pool: { public: free, utility },
    ipv6_prefix: `2001:db8:${number}:1`,
    prices: { ipv4_address: 0.336, server_core: 1.302 },
  };
}

/** `range('192.0.2', 100, 199)`: both ends included. */
export function range(prefix: string, from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, at) => `${prefix}.${from + at}`);
}

type Host = Pick<Server, 'uuid' | 'owner' | 'title' | 'zone' | 'state'>;

export function host(of: Host, prefix: string, lines: readonly Line[]): Populated {
  const server: Server = {
    ...of,
    hostname: `${of.title}.example.com`,
    plan: '2xCPU-4GB',
    core_number: '2',
    memory_amount: '4096',
    interfaces: lines.map(({ mac, on }, at) =>
      makeInterface(at + 1, on === 'utility' ? on : 'public', family(on), mac),
    ),
  };
  return { servers: [server], addresses: lines.map((line) => regular(of, prefix, line)) };
}

function family(on: Line['on']): Address['family'] {
  return on === 'IPv6' ? 'IPv6' : 'IPv4';
}

function regular(of: Host, prefix: string, line: Line): Address {
  const address = line.address ?? `${prefix}:${interfaceIdentifier(line.mac)}`;
  return {
    address,
    owner: of.owner,
    access: line.on === 'utility' ? 'utility' : 'public',
    family: family(line.on),
    floating: false,
    part_of_plan: line.partOfPlan ?? false,
    ptr_record: line.ptr ?? (line.on === 'utility' ? '' : defaultPtr(address, family(line.on), of.zone)),
    release_policy: line.keep ? 'keep' : 'release',
    zone: of.zone,
    mac: line.mac,
    load_balancer: null,
  };
}

export function floating(owner: string, zone: string, address: string, rest: Partial<Address> = {}): Address {
  return {
    address,
    owner,
    access: 'public',
    family: 'IPv4',
    floating: true,
    part_of_plan: false,
    ptr_record: defaultPtr(address, 'IPv4', zone),
    release_policy: 'keep',
    zone,
    mac: null,
    load_balancer: null,
    ...rest,
  };
}

export function together(parts: readonly Populated[], more: readonly Address[]): Populated {
  return { servers: parts.flatMap((it) => it.servers), addresses: [...parts.flatMap((it) => it.addresses), ...more] };
}
