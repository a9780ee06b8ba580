/** Applies release policies when a server, an interface or a load balancer is deleted. */
import type { Address, State } from '../state.ts';
import { deleteAddress, detachAddress, replaceAddress } from './change.ts';

/** Deletes or detaches each address, depending on its release policy (R-POL-1, R-POL-2, R-POL-3, R-DEL-2). */
export function deleteOrDetachByPolicy(state: State, addresses: readonly Address[]): State {
  return addresses.reduce(
    (next, it) => (isKeptByPolicy(it) ? replaceAddress(next, detachAddress(it)) : deleteAddress(next, it)),
    state,
  );
}

/**
 * Returns whether the address is detached instead of deleted. Only public IPv4 addresses have a policy; others are always
 * deleted.
 */
function isKeptByPolicy(it: Address): boolean {
  return it.access === 'public' && it.family === 'IPv4' && it.release_policy === 'keep';
}
