/** Creates a floating IP, attached or detached. */
import type { Account, Address, State } from '../state.ts';
import { rejectInvalidAttribute, rejectMissingAttribute } from './api-error.ts';
import { addAddress, takeAddressFromPool } from './change.ts';
import { findOwnServer, findPublicIPv4Interface, findZone } from './find.ts';
import {
  assertAddressSelectionAllowed,
  assertCreditsLeft,
  assertRoomForDetached,
  assertRoomOnAccount,
  assertServerInService,
  rejectFloatingIp,
} from './limits.ts';
import type { AddressRequest } from './requested-address.ts';
import { createDefaultPtr } from './syntax.ts';

interface StateAndNewAddress {
  readonly state: State;
  readonly address: Address;
}

export function createFloatingIp(state: State, account: Account, requested: AddressRequest): StateAndNewAddress {
  const zone =
    requested.mac === undefined
      ? chooseZoneId(state, requested)
      : findInterfaceZoneId(state, account, requested, requested.mac);
  assertAddressSelectionAllowed(account, requested.address);
  assertCreditsLeft(account);
  assertFloatingKind(requested);
  if (requested.mac === undefined) assertRoomForDetached(state, account);
  else assertServerInService(findPublicIPv4Interface(state, account, requested.mac).server);
  assertRoomOnAccount(state, account, 'public', 'IPv4');
  const taken = takeAddressFromPool(state, zone, 'public', requested.address);
  const address: Address = {
    address: taken.address,
    owner: account.username,
    access: 'public',
    family: 'IPv4',
    floating: true,
    part_of_plan: false,
    ptr_record: createDefaultPtr(taken.address, 'IPv4', zone),
    // The default policy of floating IPs is `keep` (R-FLT-2).
    release_policy: requested.release_policy ?? 'keep',
    zone,
    mac: requested.mac ?? null,
    load_balancer: null,
  };
  return { state: addAddress(taken.state, address), address };
}

/**
 * Returns the zone of a request without `mac`. Ignores a server in the request, because only a MAC identifies an interface
 * (R-FLT-1).
 */
function chooseZoneId(state: State, requested: AddressRequest): string {
  assertFloatingKind(requested);
  return requested.zone === undefined ? rejectMissingAttribute('zone') : findZone(state, requested.zone).id;
}

/**
 * Returns the zone of the interface that the request names. Rejects the request if it also names another server or zone
 * (R-FLT-1).
 */
function findInterfaceZoneId(state: State, account: Account, requested: AddressRequest, mac: string): string {
  const { server } = findPublicIPv4Interface(state, account, mac);
  if (requested.server !== undefined && findOwnServer(state, account, requested.server).uuid !== server.uuid)
    rejectInvalidAttribute('mac');
  if (requested.zone !== undefined && requested.zone !== server.zone) rejectInvalidAttribute('zone');
  return server.zone;
}

/** Rejects a request for a floating IP that is not public IPv4 (R-FLT-3). */
function assertFloatingKind({ access, family }: AddressRequest): void {
  if (access === 'public' && family === 'IPv4') return;
  rejectFloatingIp('A floating IP address must be a public IPv4 address.');
}
