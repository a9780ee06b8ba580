/** Checks whether a well-formed request for an address is permitted: credits, limits, server states, release policies. */

import type { Access, Account, Address, Family, ReleasePolicy, Server, State } from '../state.ts';
import { UNUSABLE_STATES } from '../undocumented-behaviour.ts';
import { reject } from './api-error.ts';
import { listAddressesOnServer } from './find.ts';

const MAX_PUBLIC_PER_SERVER = 5;
const MAX_UTILITY_PER_SERVER = 1;

/** Rejects a request of an account without credits (R-ASG-9). */
export function assertCreditsLeft(account: Account): void {
  if (account.credits > 0) return;
  reject(402, 'INSUFFICIENT_CREDITS', 'There are not enough credits to perform the requested action.');
}

/** Rejects a server in the state maintenance or error (R-ASG-6, R-REL-3). */
export function assertServerInService(server: Server): void {
  if (!UNUSABLE_STATES.includes(server.state)) return;
  reject(409, 'SERVER_STATE_ILLEGAL', `The server ${server.uuid} is in state ${server.state}, and cannot be changed.`);
}

/**
 * Returns the addresses that count towards the server's limit for this access. Floating IPs do not count (R-MOD-2,
 * R-ASG-4).
 */
function listAddressesCountedInLimit(state: State, server: Server, access: Access): readonly Address[] {
  return listAddressesOnServer(state, server).filter((it) => it.access === access && !it.floating);
}

export function assertRoomOnServer(state: State, server: Server, access: Access): void {
  if (access === 'private') return;
  const max = access === 'public' ? MAX_PUBLIC_PER_SERVER : MAX_UTILITY_PER_SERVER;
  if (listAddressesCountedInLimit(state, server, access).length < max) return;
  rejectLimitReached(`The maximum number of ${access} IP addresses, ${max}, is already attached to the server.`);
}

function rejectLimitReached(why: string): never {
  reject(409, 'IP_ADDRESS_LIMIT_REACHED', why);
}

export function assertRoomOnAccount(state: State, account: Account, access: Access, family: Family): void {
  if (access !== 'public') return;
  const limit = family === 'IPv4' ? 'public_ipv4' : 'public_ipv6';
  const held = state.addresses.filter((it) => isOwnPublicAddress(it, account) && it.family === family);
  assertBelowLimit(account, limit, held.length);
}

export function assertRoomForDetached(state: State, account: Account): void {
  const held = state.addresses.filter(
    (it) => isOwnPublicAddress(it, account) && it.mac === null && it.load_balancer === null,
  );
  assertBelowLimit(account, 'detached_floating_ips', held.length);
}

function isOwnPublicAddress(it: Address, account: Account): boolean {
  return it.owner === account.username && it.access === 'public';
}

function assertBelowLimit(account: Account, limit: keyof Account['resource_limits'], held: number): void {
  const max = account.resource_limits[limit];
  if (held >= max) rejectLimitReached(`The account has reached its limit for ${limit}, which is ${max}.`);
}

/** Rejects a release policy for an address that is not public IPv4 (R-ASG-8, R-MOD-E). */
export function assertPolicyAllowed(policy: ReleasePolicy | undefined, access: Access, family: Family): void {
  if (policy === undefined || (access === 'public' && family === 'IPv4')) return;
  reject(409, 'RELEASE_POLICY_NOT_AVAILABLE', 'The release policy is only available for public IPv4 addresses.');
}

/** Rejects a request for a specific address if the account has no permission for such requests (R-ASG-7). */
export function assertAddressSelectionAllowed(account: Account, requested: string | undefined): void {
  if (requested === undefined || account.address_selection) return;
  const why = 'The address selection feature is not available for this account.';
  reject(403, 'ADDRESS_SELECTION_FORBIDDEN', why);
}

export function rejectFloatingIp(why: string): never {
  reject(409, 'FLOATING_IP_NOT_AVAILABLE', why);
}
