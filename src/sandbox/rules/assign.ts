/**
 * Assigns a regular address, which is an address that is not floating. If the request has no `mac`, creates an interface
 * for the address (R-MOD-3).
 */
import type {
  Access,
  Account,
  Address,
  Family,
  PrivateNetwork,
  SandboxEnvironment,
  Server,
  ServerInterface,
  State,
} from '../state.ts';
import { reject, rejectInvalidAttribute, rejectMissingAttribute } from './api-error.ts';
import { addAddress, addInterface, takeAddressFromPool } from './change.ts';
import { findOwnInterface, findOwnServer, findZone, listAddressesOnServer } from './find.ts';
import { createMac } from './identity.ts';
import {
  assertAddressSelectionAllowed,
  assertCreditsLeft,
  assertPolicyAllowed,
  assertRoomOnAccount,
  assertRoomOnServer,
  assertServerInService,
} from './limits.ts';
import { getNetworkId } from './network-ids.ts';
import { chooseFreePrivateAddress } from './private-network.ts';
import type { AddressRequest } from './requested-address.ts';
import { createDefaultPtr, createInterfaceIdentifier } from './syntax.ts';

interface StateAndNewAddress {
  readonly state: State;
  readonly address: Address;
}

export function assignRegularAddress(
  state: State,
  account: Account,
  requested: AddressRequest,
  env: SandboxEnvironment,
): StateAndNewAddress {
  const server = findRequestedServer(state, account, requested);
  assertAddressSelectionAllowed(account, requested.address);
  assertCreditsLeft(account);
  assertPolicyAllowed(requested.release_policy, requested.access, requested.family);
  assertServerState(server, requested);
  assertRoomOnServer(state, server, requested.access);
  if (requested.mac !== undefined) assertRoomOnInterface(state, server, requested.mac, requested.family);
  assertRoomOnAccount(state, account, requested.access, requested.family);
  const mac = requested.mac ?? createMac(state, env);
  const ready = requested.mac
    ? state
    : addInterface(state, server, createRegularInterface(state, server, mac, requested));
  return createAddressOnInterface(ready, server, mac, requested);
}

/** Finds the server of the request, by its UUID or by the MAC of one of its interfaces (R-ASG-2, R-ASG-3). */
function findRequestedServer(state: State, account: Account, requested: AddressRequest): Server {
  const named = requested.server === undefined ? undefined : findOwnServer(state, account, requested.server);
  const host = requested.mac === undefined ? named : findServerByMac(state, account, requested, requested.mac);
  if (!host) return rejectMissingAttribute('server');
  if (named && named.uuid !== host.uuid) rejectInvalidAttribute('mac');
  if (requested.zone !== undefined && requested.zone !== host.zone) rejectInvalidAttribute('zone');
  return host;
}

function findServerByMac(state: State, account: Account, requested: AddressRequest, mac: string): Server {
  const port = findOwnInterface(state, account, mac);
  const fits = port.interface.type === requested.access && port.interface.family === requested.family;
  return fits ? port.server : rejectInvalidAttribute('mac');
}

/** Rejects a server in maintenance or error (R-ASG-6). With `mac` in the request, the server must be stopped (R-ASG-2). */
function assertServerState(server: Server, requested: AddressRequest): void {
  assertServerInService(server);
  if (requested.mac === undefined || server.state === 'stopped') return;
  reject(
    409,
    'SERVER_STATE_ILLEGAL',
    `The server ${server.uuid} must be stopped before an address can be assigned to one of its interfaces.`,
  );
}

/**
 * Rejects a second address on an IPv6 interface. Each interface has only one possible IPv6 address, which is derived from
 * its MAC.
 */
function assertRoomOnInterface(state: State, server: Server, mac: string, family: Family): void {
  const taken = listAddressesOnServer(state, server).some((it) => it.mac === mac && !it.floating);
  if (family === 'IPv4' || !taken) return;
  reject(409, 'IP_ADDRESS_LIMIT_REACHED', 'The interface already has an IPv6 address.');
}

function createRegularInterface(
  state: State,
  server: Server,
  mac: string,
  requested: AddressRequest,
): Omit<ServerInterface, 'index'> {
  const { access: type, family } = requested;
  const network = getNetworkId(server.owner, findZone(state, server.zone), type, family);
  return { type, family, mac, network, bootable: 'no', source_ip_filtering: 'yes' };
}

export interface AddressKind {
  readonly access: Access;
  readonly family: Family;
  readonly address?: string | undefined;
  readonly release_policy?: Address['release_policy'] | undefined;
}

/** Adds a new regular address to an existing interface. New servers and new interfaces also get their addresses here. */
export function createAddressOnInterface(
  state: State,
  server: Server,
  mac: string,
  kind: AddressKind,
): StateAndNewAddress {
  const { access, family } = kind;
  const from = takeFreeAddress(state, server, mac, kind);
  const address: Address = {
    address: from.address,
    owner: server.owner,
    access,
    family,
    floating: false,
    part_of_plan: false,
    ptr_record: access !== 'public' ? '' : createDefaultPtr(from.address, family, server.zone),
    release_policy: kind.release_policy ?? 'release',
    zone: server.zone,
    mac,
    load_balancer: null,
  };
  return { state: addAddress(from.state, address), address };
}

/**
 * Chooses a free address. Public and utility IPv4 addresses come from the zone's pool (R-ASG-5). IPv6 addresses are derived
 * from the MAC (R-MOD-3). Private addresses come from the SDN network (R-MOD-7).
 */
function takeFreeAddress(
  state: State,
  server: Server,
  mac: string,
  { access, family, address }: AddressKind,
): { readonly state: State; readonly address: string } {
  if (access === 'private')
    return { state, address: chooseFreePrivateAddress(state, findInterfaceNetwork(state, server, mac), address) };
  if (family === 'IPv4') return takeAddressFromPool(state, server.zone, access, address);
  return { state, address: `${findZone(state, server.zone).ipv6_prefix}:${createInterfaceIdentifier(mac)}` };
}

function findInterfaceNetwork(state: State, { uuid }: Server, mac: string): PrivateNetwork {
  const server = state.servers.find((it) => it.uuid === uuid);
  const network = server?.interfaces.find((it) => it.mac === mac)?.network;
  return state.networks.find((it) => it.uuid === network) ?? rejectInvalidAttribute('network');
}
