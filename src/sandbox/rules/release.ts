/** `DELETE /ip_address/{address}`. */
import type { Address, Server, State } from '../state.ts';
import { defineRule, reject } from './api-error.ts';
import { deleteAddress, detachAll, removeInterface } from './change.ts';
import { addressesOn, ownAddress, serverOf } from './find.ts';
import { needsUsableServer } from './limits.ts';
import { needsNotDelegated } from './modify.ts';

export const releaseAddress = defineRule((state, account, { params }) => {
  const address = ownAddress(state, account, params.address ?? '');
  needsPublic(address);
  needsNotDelegated(address);
  const server = serverOf(state, address);
  if (server) needsServerCanSpare(state, server, address);
  const left = deleteAddress(state, address);
  const next = server && !address.floating ? withoutIdleInterface(left, server, address.mac) : left;
  return { state: next, response: { status: 204 } };
});

/** Rejects addresses that are not public (R-REL-1). */
function needsPublic(it: Address): void {
  if (it.access === 'public') return;
  reject(
    409,
    'CANNOT_DELETE_PRIVATE_ADDRESS',
    'An IP address on the utility network or an SDN network cannot be deleted.',
  );
}

/** Rejects the release of a server's last regular address (R-REL-3). */
function needsServerCanSpare(state: State, server: Server, gone: Address): void {
  needsUsableServer(server);
  const others = addressesOn(state, server).filter((it) => it.address !== gone.address);
  if (others.some((it) => !it.floating)) return;
  reject(409, 'SERVER_STATE_ILLEGAL', `The server ${server.uuid} must keep at least one IP address.`);
}

/** Removes an interface without a regular address, and detaches its floating IPs (R-MOD-3). */
function withoutIdleInterface(state: State, server: Server, mac: string | null): State {
  const rest = addressesOn(state, server).filter((it) => it.mac === mac);
  if (mac === null || rest.some((it) => !it.floating)) return state;
  return detachAll(removeInterface(state, server, mac), rest);
}
