/** Adds a network interface with its addresses to a server, for `POST /server` and `POST …/interface`. */
import type { Account, Environment, Interface, Server, State } from '../state.ts';
import { reject, rejectInvalid } from './api-error.ts';
import { putOnInterface } from './assign.ts';
import { addInterface } from './change.ts';
import { knownZone, ownServer } from './find.ts';
import { newMac } from './identity.ts';
import type { RequestedInterface } from './interface-request.ts';
import { needsRoomOnAccount, needsRoomOnServer } from './limits.ts';
import { networkIdOf } from './network-ids.ts';
import { ownPrivateNetwork } from './networks.ts';

/** Adds the interfaces of a request: one for each public or utility address, one for all private ones (R-MOD-2, R-MOD-3). */
export function plugIn(state: State, account: Account, uuid: string, it: RequestedInterface, env: Environment): State {
  if (it.type === 'private') return plugInOne(state, account, uuid, it, env);
  return it.addresses.reduce<State>(
    (next, address, at) =>
      plugInOne(next, account, uuid, { ...it, addresses: [address], index: at === 0 ? it.index : undefined }, env),
    state,
  );
}

function plugInOne(
  state: State,
  account: Account,
  uuid: string,
  requested: RequestedInterface,
  env: Environment,
): State {
  const server = ownServer(state, account, uuid);
  const made = newInterface(state, account, server, requested, env);
  needsFreeIndex(server, requested.index);
  return requested.addresses.reduce<State>(
    (next, { family, address }) => {
      needsRoomOnServer(next, server, requested.type);
      needsRoomOnAccount(next, account, requested.type, family);
      return putOnInterface(next, server, made.mac, { access: requested.type, family, address }).state;
    },
    addInterface(state, server, made, requested.index),
  );
}

function newInterface(
  state: State,
  account: Account,
  server: Server,
  requested: RequestedInterface,
  env: Environment,
): Omit<Interface, 'index'> {
  const { type, bootable, source_ip_filtering, addresses } = requested;
  const family = addresses[0]?.family ?? 'IPv4';
  const zone = knownZone(state, server.zone);
  const network =
    type === 'private'
      ? privateNetworkOf(state, account, server, requested.network ?? '')
      : networkIdOf(account.username, zone, type, family);
  return { type, family, network, bootable, source_ip_filtering, mac: newMac(state, env) };
}

/** Returns the UUID of an SDN network. Rejects a network in another zone than the server. */
function privateNetworkOf(state: State, account: Account, server: Server, text: string): string {
  const network = ownPrivateNetwork(state, account, text);
  return network.zone === server.zone ? network.uuid : rejectInvalid('network');
}

export function needsFreeIndex(server: Server, index: number | undefined): void {
  if (index === undefined || server.interfaces.every((it) => it.index !== index)) return;
  reject(409, 'INTERFACE_EXISTS', `The server already has an interface with index ${index}.`);
}
