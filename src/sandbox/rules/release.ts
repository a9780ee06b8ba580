/** `DELETE /ip_address/{address}`: releases an address. */
import type { Address, Server, State } from '../state.ts';
import { defineRule, reject } from './api-error.ts';
import { deleteAddress, detachAddresses, removeInterface } from './change.ts';
import { findOwnAddress, findServerOfAddress, listAddressesOnServer } from './find.ts';
import { assertServerInService } from './limits.ts';
import { assertNotDelegated } from './modify.ts';

export const releaseAddress = defineRule((state, account, { params }) => {
  const address = findOwnAddress(state, account, params.address ?? '');
  assertPublicAddress(address);
  assertNotDelegated(address);
  const server = findServerOfAddress(state, address);
  if (server) assertRegularAddressRemains(state, server, address);
  const left = deleteAddress(state, address);
  const next = server && !address.floating ? removeIdleInterface(left, server, address.mac) : left;
  return { state: next, response: { status: 204 } };
});

/** Rejects addresses that are not public (R-REL-1). */
function assertPublicAddress(it: Address): void {
  if (it.access === 'public') return;
  reject(
    409,
    'CANNOT_DELETE_PRIVATE_ADDRESS',
    'An IP address on the utility network or an SDN network cannot be deleted.',
  );
}

/**
 * Rejects the release if the server would have no regular address left, or if the server is in maintenance or error
 * (R-REL-3).
 */
function assertRegularAddressRemains(state: State, server: Server, gone: Address): void {
  assertServerInService(server);
  const others = listAddressesOnServer(state, server).filter((it) => it.address !== gone.address);
  if (others.some((it) => !it.floating)) return;
  reject(409, 'SERVER_STATE_ILLEGAL', `The server ${server.uuid} must keep at least one IP address.`);
}

/** Removes the interface if it has no regular address left, and detaches its floating IPs (R-MOD-3). */
function removeIdleInterface(state: State, server: Server, mac: string | null): State {
  const rest = listAddressesOnServer(state, server).filter((it) => it.mac === mac);
  if (mac === null || rest.some((it) => !it.floating)) return state;
  return detachAddresses(removeInterface(state, server, mac), rest);
}
