/** `DELETE /ip_address/{address}`. */
import type { Address, Server, State } from '../state.ts';
import { classic, reject } from './api-error.ts';
import { deleteAddress, detachAll, removeInterface } from './change.ts';
import { addressesOn, ownAddress, serverOf } from './find.ts';
import { needsUsableServer } from './limits.ts';
import { needsNotDelegated } from './modify.ts';

export const releaseAddress = classic((state, account, { params }) => {
  const address = ownAddress(state, account, params.address ?? '');
  needsPublic(address);
  needsNotDelegated(address);
  const server = serverOf(state, address);
  if (server) needsServerCanSpare(state, server, address);
  const left = deleteAddress(state, address);
  const next = server && !address.floating ? withoutIdleInterface(left, server, address.mac) : left;
  return { state: next, answer: { status: 204 } };
});

/** R-REL-1. */
function needsPublic(it: Address): void {
  if (it.access === 'public') return;
  reject(
    409,
    'CANNOT_DELETE_PRIVATE_ADDRESS',
    'An IP address on the utility network or an SDN network cannot be deleted.',
  );
}

/** R-REL-3. */
function needsServerCanSpare(state: State, server: Server, gone: Address): void {
  needsUsableServer(server);
  const others = addressesOn(state, server).filter((it) => it.address !== gone.address);
  if (others.some((it) => !it.floating)) return;
  reject(409, 'SERVER_STATE_ILLEGAL', `The server ${server.uuid} must keep at least one IP address.`);
}

/** R-MOD-3: an interface is there for its regular address and goes with it; what floats on it is set free. */
function withoutIdleInterface(state: State, server: Server, mac: string | null): State {
  const rest = addressesOn(state, server).filter((it) => it.mac === mac);
  if (mac === null || rest.some((it) => !it.floating)) return state;
  return detachAll(removeInterface(state, server, mac), rest);
}
