/** `/server/{uuid}/networking` and the paths below it: lists, creates, modifies and deletes interfaces. */
import type { Account, Address, Server, ServerInterface, State } from '../state.ts';
import { defineRule, type RuleRequest, reject, rejectInvalidAttribute } from './api-error.ts';
import { createAddressOnInterface } from './assign.ts';
import { assertIndexFree, attachInterface } from './attach-interface.ts';
import { type BodyFields, readChoice, unwrapBody } from './body.ts';
import { deleteAddress, detachAddresses, removeInterface, replaceServer } from './change.ts';
import { findOwnServer, listAddressesOnServer } from './find.ts';
import {
  type RequestedAddress,
  readInterfaceIndex,
  readInterfaceRequest,
  readRequestedAddresses,
} from './interface-request.ts';
import { deleteOrDetachByPolicy } from './policy.ts';
import { toInterfaceBody, toNetworkingBody } from './present-server.ts';
import { assertServerState } from './server-lifecycle.ts';

export const getNetworking = defineRule((state, account, { params }) => {
  const server = findOwnServer(state, account, params.uuid ?? '');
  return { state, response: { status: 200, body: { networking: toNetworkingBody(state, server) } } };
});

export const createInterface = defineRule((state, account, { params, body }, env) => {
  const requested = readInterfaceRequest(unwrapBody(body, 'interface'));
  if (requested.type !== 'private' && requested.addresses.length > 1) rejectInvalidAttribute('ip_address');
  const server = findOwnServer(state, account, params.uuid ?? '');
  assertServerState(server, 'stopped');
  const next = attachInterface(state, account, server.uuid, requested, env);
  const before = new Set(server.interfaces.map((it) => it.mac));
  const made = findOwnServer(next, account, server.uuid).interfaces.find((it) => !before.has(it.mac));
  return { state: next, response: { status: 201, body: createInterfaceBody(next, account, server, made?.index) } };
});

export const modifyInterface = defineRule((state, account, request) => {
  const { server, found } = findOwnInterfaceByIndex(state, account, request);
  const fields = unwrapBody(request.body, 'interface');
  const index = readInterfaceIndex(fields) ?? found.index;
  const addresses = readRequestedAddresses(fields, found.type);
  const after: ServerInterface = {
    ...found,
    index,
    bootable: readChoice(fields, 'bootable', ['yes', 'no']) ?? found.bootable,
    source_ip_filtering: readChoice(fields, 'source_ip_filtering', ['yes', 'no']) ?? found.source_ip_filtering,
  };
  assertTypeAndNetworkUnchanged(fields, found);
  assertServerState(server, 'stopped');
  if (index !== found.index) assertIndexFree(server, index);
  const interfaces = server.interfaces.map((it) => (it === found ? after : it)).sort((a, b) => a.index - b.index);
  const renumbered = replaceServer(state, { ...server, interfaces });
  const next =
    addresses && found.type === 'private'
      ? replaceInterfaceAddresses(renumbered, server, after, addresses)
      : renumbered;
  return { state: next, response: { status: 200, body: createInterfaceBody(next, account, server, index) } };
});

/** Rejects a change of the interface's type or network. Clients must create a new interface instead. */
function assertTypeAndNetworkUnchanged(fields: BodyFields, { type, network }: ServerInterface): void {
  if (fields.type !== undefined && fields.type !== type) rejectInvalidAttribute('type');
  if (fields.network !== undefined && fields.network !== network) rejectInvalidAttribute('network');
}

/** Replaces the addresses of a private interface with those of the request. */
function replaceInterfaceAddresses(
  state: State,
  server: Server,
  it: ServerInterface,
  requested: readonly RequestedAddress[],
): State {
  const old = listAddressesOnServer(state, server).filter((one) => one.mac === it.mac);
  const bare = old.reduce<State>(deleteAddress, state);
  return requested.reduce<State>(
    (next, { family, address }) =>
      createAddressOnInterface(next, server, it.mac, { access: 'private', family, address }).state,
    bare,
  );
}

/**
 * Deletes an interface. Its regular addresses are deleted or detached, depending on their release policies (R-POL-1,
 * R-POL-2). Its floating IPs are detached (R-MOD-B).
 */
export const deleteInterface = defineRule((state, account, request) => {
  const { server, found } = findOwnInterfaceByIndex(state, account, request);
  assertServerState(server, 'stopped');
  const [on, elsewhere] = splitByMac(listAddressesOnServer(state, server), found.mac);
  assertRegularAddressLeft(server, elsewhere);
  const bare = removeInterface(state, server, found.mac);
  const detached = detachAddresses(
    bare,
    on.filter((it) => it.floating),
  );
  const regular = on.filter((it) => !it.floating);
  return { state: deleteOrDetachByPolicy(detached, regular), response: { status: 204 } };
});

/** Rejects the request if the server would have no regular address left (R-MOD-2). */
function assertRegularAddressLeft(server: Server, left: readonly Address[]): void {
  if (left.some((it) => !it.floating)) return;
  reject(409, 'SERVER_STATE_ILLEGAL', `The server ${server.uuid} must keep at least one IP address.`);
}

function splitByMac(all: readonly Address[], mac: string): [Address[], Address[]] {
  return [all.filter((it) => it.mac === mac), all.filter((it) => it.mac !== mac)];
}

export function findOwnInterfaceByIndex(
  state: State,
  account: Account,
  { params }: RuleRequest,
): { server: Server; found: ServerInterface } {
  const server = findOwnServer(state, account, params.uuid ?? '');
  const found = server.interfaces.find((it) => String(it.index) === params.index);
  const why = `The server ${server.uuid} has no interface with index ${params.index}.`;
  return { server, found: found ?? reject(404, 'INTERFACE_NOT_FOUND', why) };
}

function createInterfaceBody(state: State, account: Account, { uuid }: Server, index: number | undefined): object {
  const server = findOwnServer(state, account, uuid);
  const made = server.interfaces.find((it) => it.index === index) ?? rejectInvalidAttribute('index');
  return { interface: toInterfaceBody(made, listAddressesOnServer(state, server)) };
}
