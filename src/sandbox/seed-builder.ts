/**
 * Builds the content of a seed, which is an initial state of the sandbox, from short descriptions. Derived values, such as
 * PTR records, come from functions of the rules.
 */
import { getNetworkId } from './rules/network-ids.ts';
import { createDefaultPtr, createInterfaceIdentifier } from './rules/syntax.ts';
import { DEFAULT_SETTINGS, SEED_SERVER_CREATED_AT } from './server-defaults.ts';
import type { Account, Address, Server, ServerInterface, Storage } from './state.ts';
import { listZones } from './zones.ts';

/** An interface and its regular address. For IPv6, the address is derived from the MAC. */
export interface InterfaceSpec {
  readonly mac: string;
  readonly on: 'utility' | 'IPv4' | 'IPv6';
  readonly address?: string;
  readonly ptr?: string;
  readonly partOfPlan?: boolean;
  readonly keep?: boolean;
}

export interface SeedContent {
  readonly servers: readonly Server[];
  readonly addresses: readonly Address[];
}

export function createAccount(username: string, scale = 1): Account {
  return {
    username,
    password: username,
    token: `ucat_${username}`,
    credits: 9972.23,
    address_selection: false,
    resource_limits: { detached_floating_ips: 10 * scale, public_ipv4: 100 * scale, public_ipv6: 100 * scale },
  };
}

type ServerSpec = Pick<Server, 'uuid' | 'owner' | 'title' | 'zone' | 'state'>;

export function createSeedServer(of: ServerSpec, prefix: string, lines: readonly InterfaceSpec[]): SeedContent {
  const server: Server = {
    ...DEFAULT_SETTINGS,
    ...of,
    hostname: `${of.title}.example.com`,
    plan: '2xCPU-4GB',
    core_number: '2',
    memory_amount: '4096',
    created: SEED_SERVER_CREATED_AT,
    upcoming: [],
    labels: [],
    interfaces: lines.map((line, at) => createSeedInterface(of, line, at + 1)),
  };
  return { servers: [server], addresses: lines.map((line) => createRegularAddress(of, prefix, line)) };
}

const ZONES = new Map(listZones().map((zone) => [zone.id, zone]));

function createSeedInterface(of: ServerSpec, { mac, on }: InterfaceSpec, index: number): ServerInterface {
  const type = on === 'utility' ? on : 'public';
  const zone = ZONES.get(of.zone);
  if (!zone) throw new Error(`Unknown zone ${of.zone}.`);
  const network = getNetworkId(of.owner, zone, type, getFamilyOfInterface(on));
  return { index, type, family: getFamilyOfInterface(on), mac, network, bootable: 'no', source_ip_filtering: 'yes' };
}

/** Returns the boot disk of a server in a seed. The disk's UUID is the server's UUID with the prefix `01`. */
export function createSeedDisk(server: Server): Storage {
  return {
    uuid: `01${server.uuid.slice(2)}`,
    owner: server.owner,
    title: `${server.title} disk`,
    size: 80,
    tier: 'maxiops',
    zone: server.zone,
    encrypted: 'no',
    labels: [],
    backup_rule: {},
    created: SEED_SERVER_CREATED_AT,
    device: { server: server.uuid, address: 'virtio:0', boot_disk: '1' },
  };
}

function getFamilyOfInterface(on: InterfaceSpec['on']): Address['family'] {
  return on === 'IPv6' ? 'IPv6' : 'IPv4';
}

function createRegularAddress(of: ServerSpec, prefix: string, line: InterfaceSpec): Address {
  const address = line.address ?? `${prefix}:${createInterfaceIdentifier(line.mac)}`;
  return {
    address,
    owner: of.owner,
    access: line.on === 'utility' ? 'utility' : 'public',
    family: getFamilyOfInterface(line.on),
    floating: false,
    part_of_plan: line.partOfPlan ?? false,
    ptr_record:
      line.ptr ?? (line.on === 'utility' ? '' : createDefaultPtr(address, getFamilyOfInterface(line.on), of.zone)),
    release_policy: line.keep ? 'keep' : 'release',
    zone: of.zone,
    mac: line.mac,
    load_balancer: null,
  };
}

export function createFloatingAddress(
  owner: string,
  zone: string,
  address: string,
  rest: Partial<Address> = {},
): Address {
  return {
    address,
    owner,
    access: 'public',
    family: 'IPv4',
    floating: true,
    part_of_plan: false,
    ptr_record: createDefaultPtr(address, 'IPv4', zone),
    release_policy: 'keep',
    zone,
    mac: null,
    load_balancer: null,
    ...rest,
  };
}

export function mergeSeedContents(parts: readonly SeedContent[], more: readonly Address[]): SeedContent {
  return { servers: parts.flatMap((it) => it.servers), addresses: [...parts.flatMap((it) => it.addresses), ...more] };
}
