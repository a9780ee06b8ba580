/** Creating a floating address, attached or not. */
import type { Account, Address, State } from '../state.ts';
import { invalid, missing } from './api-error.ts';
import { addAddress, takeFromPool } from './change.ts';
import type { Wish } from './create-address.ts';
import { knownZone, ownServer, publicIPv4Port } from './find.ts';
import {
  floatingNotAvailable,
  needsAddressSelection,
  needsCredits,
  needsRoomForDetached,
  needsRoomOnAccount,
  needsUsableServer,
} from './limits.ts';
import { defaultPtr } from './syntax.ts';

interface Made {
  readonly state: State;
  readonly address: Address;
}

export function createFloating(state: State, account: Account, wish: Wish): Made {
  const zone = wish.mac === undefined ? zoneOfDetached(state, wish) : zoneOfInterface(state, account, wish, wish.mac);
  needsAddressSelection(account, wish.address);
  needsCredits(account);
  needsFloatingKind(wish);
  if (wish.mac === undefined) needsRoomForDetached(state, account);
  else needsUsableServer(publicIPv4Port(state, account, wish.mac).server);
  needsRoomOnAccount(state, account, 'public', 'IPv4');
  const taken = takeFromPool(state, zone, 'public', wish.address);
  const address: Address = {
    address: taken.address,
    owner: account.username,
    access: 'public',
    family: 'IPv4',
    floating: true,
    part_of_plan: false,
    ptr_record: defaultPtr(taken.address, 'IPv4', zone),
    // R-FLT-2.
    release_policy: wish.release_policy ?? 'keep',
    zone,
    mac: wish.mac ?? null,
    load_balancer: null,
  };
  return { state: addAddress(taken.state, address), address };
}

/** R-FLT-1, without `mac`: a server is ignored, since only a MAC says which of its interfaces is meant. */
function zoneOfDetached(state: State, wish: Wish): string {
  needsFloatingKind(wish);
  return wish.zone === undefined ? missing('zone') : knownZone(state, wish.zone).id;
}

/** R-FLT-1, with `mac`: server and zone follow from the interface, and may not contradict it. */
function zoneOfInterface(state: State, account: Account, wish: Wish, mac: string): string {
  const { server } = publicIPv4Port(state, account, mac);
  if (wish.server !== undefined && ownServer(state, account, wish.server).uuid !== server.uuid) invalid('mac');
  if (wish.zone !== undefined && wish.zone !== server.zone) invalid('zone');
  return server.zone;
}

/** R-FLT-3. */
function needsFloatingKind({ access, family }: Wish): void {
  if (access === 'public' && family === 'IPv4') return;
  floatingNotAvailable('A floating IP address is public IPv4.');
}
