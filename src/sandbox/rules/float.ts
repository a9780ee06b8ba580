/** Creates a floating IP, attached or detached. */
import type { Account, Address, State } from '../state.ts';
import { rejectInvalid, rejectMissing } from './api-error.ts';
import { addAddress, takeFromPool } from './change.ts';
import { knownZone, ownServer, publicIPv4Port } from './find.ts';
import {
  needsAddressSelection,
  needsCredits,
  needsRoomForDetached,
  needsRoomOnAccount,
  needsUsableServer,
  rejectFloating,
} from './limits.ts';
import type { AddressRequest } from './requested-address.ts';
import { defaultPtr } from './syntax.ts';

interface CreatedAddress {
  readonly state: State;
  readonly address: Address;
}

export function createFloating(state: State, account: Account, requested: AddressRequest): CreatedAddress {
  const zone =
    requested.mac === undefined
      ? requestedZoneId(state, requested)
      : interfaceZoneId(state, account, requested, requested.mac);
  needsAddressSelection(account, requested.address);
  needsCredits(account);
  needsFloatingKind(requested);
  if (requested.mac === undefined) needsRoomForDetached(state, account);
  else needsUsableServer(publicIPv4Port(state, account, requested.mac).server);
  needsRoomOnAccount(state, account, 'public', 'IPv4');
  const taken = takeFromPool(state, zone, 'public', requested.address);
  const address: Address = {
    address: taken.address,
    owner: account.username,
    access: 'public',
    family: 'IPv4',
    floating: true,
    part_of_plan: false,
    ptr_record: defaultPtr(taken.address, 'IPv4', zone),
    // Floating IPs are kept by default (R-FLT-2).
    release_policy: requested.release_policy ?? 'keep',
    zone,
    mac: requested.mac ?? null,
    load_balancer: null,
  };
  return { state: addAddress(taken.state, address), address };
}

/** Returns the zone of a request without `mac`; a server is ignored, since only a MAC identifies an interface (R-FLT-1). */
function requestedZoneId(state: State, requested: AddressRequest): string {
  needsFloatingKind(requested);
  return requested.zone === undefined ? rejectMissing('zone') : knownZone(state, requested.zone).id;
}

/** Returns the zone of a request with `mac`; server and zone must not contradict the interface (R-FLT-1). */
function interfaceZoneId(state: State, account: Account, requested: AddressRequest, mac: string): string {
  const { server } = publicIPv4Port(state, account, mac);
  if (requested.server !== undefined && ownServer(state, account, requested.server).uuid !== server.uuid)
    rejectInvalid('mac');
  if (requested.zone !== undefined && requested.zone !== server.zone) rejectInvalid('zone');
  return server.zone;
}

/** Rejects anything but public IPv4 (R-FLT-3). */
function needsFloatingKind({ access, family }: AddressRequest): void {
  if (access === 'public' && family === 'IPv4') return;
  rejectFloating('A floating IP address is public IPv4.');
}
