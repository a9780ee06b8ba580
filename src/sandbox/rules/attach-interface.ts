/** Adds a network interface with its addresses to a server, when a server or an interface is created. */
import type { Account, SandboxEnvironment, Server, ServerInterface, State } from '../state.ts';
import { reject, rejectInvalidAttribute } from './api-error.ts';
import { createAddressOnInterface } from './assign.ts';
import { addInterface } from './change.ts';
import { findOwnServer, findZone } from './find.ts';
import { createMac } from './identity.ts';
import type { RequestedInterface } from './interface-request.ts';
import { assertRoomOnAccount, assertRoomOnServer } from './limits.ts';
import { getNetworkId } from './network-ids.ts';
import { findOwnPrivateNetwork } from './networks.ts';

/**
 * Adds the requested interface and its addresses. Only a private interface can have several addresses. For each further
 * public or utility address, adds another interface (R-MOD-2, R-MOD-3).
 */
export function attachInterface(
  state: State,
  account: Account,
  uuid: string,
  it: RequestedInterface,
  env: SandboxEnvironment,
): State {
  if (it.type === 'private') return attachOneInterface(state, account, uuid, it, env);
  return it.addresses.reduce<State>(
    (next, address, at) =>
      attachOneInterface(
        next,
        account,
        uuid,
        { ...it, addresses: [address], index: at === 0 ? it.index : undefined },
        env,
      ),
    state,
  );
}

function attachOneInterface(
  state: State,
  account: Account,
  uuid: string,
  requested: RequestedInterface,
  env: SandboxEnvironment,
): State {
  const server = findOwnServer(state, account, uuid);
  const made = createInterface(state, account, server, requested, env);
  assertIndexFree(server, requested.index);
  return requested.addresses.reduce<State>(
    (next, { family, address }) => {
      assertRoomOnServer(next, server, requested.type);
      assertRoomOnAccount(next, account, requested.type, family);
      return createAddressOnInterface(next, server, made.mac, { access: requested.type, family, address }).state;
    },
    addInterface(state, server, made, requested.index),
  );
}

function createInterface(
  state: State,
  account: Account,
  server: Server,
  requested: RequestedInterface,
  env: SandboxEnvironment,
): Omit<ServerInterface, 'index'> {
  const { type, bootable, source_ip_filtering, addresses } = requested;
  const family = addresses[0]?.family ?? 'IPv4';
  const zone = findZone(state, server.zone);
  const network =
    type === 'private'
      ? findPrivateNetworkId(state, account, server, requested.network ?? '')
      : getNetworkId(account.username, zone, type, family);
  return { type, family, network, bootable, source_ip_filtering, mac: createMac(state, env) };
}

/** Returns the UUID of the requested SDN network. Rejects a network in another zone than the server. */
function findPrivateNetworkId(state: State, account: Account, server: Server, text: string): string {
  const network = findOwnPrivateNetwork(state, account, text);
  return network.zone === server.zone ? network.uuid : rejectInvalidAttribute('network');
}

export function assertIndexFree(server: Server, index: number | undefined): void {
  if (index === undefined || server.interfaces.every((it) => it.index !== index)) return;
  reject(409, 'INTERFACE_EXISTS', `The server already has an interface with index ${index}.`);
}
