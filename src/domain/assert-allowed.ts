import { UsageError } from '../core/errors.ts';
import { chooseShellSafeWord } from '../core/shell-safe-word.ts';
import { describeHolder } from './address-details.ts';
import { isInternal } from './filter.ts';
import type { Address, LoadBalancer, Server } from './model.ts';
import { getServerDisplayName } from './server-name.ts';

/** The facts that decide whether addresses can be released. */
export interface ReleaseFacts {
  /** All addresses of the account. */
  readonly addresses: readonly Address[];
  /**
   * The servers of the account. If they could not be fetched, the list is empty, and the checks that need servers are
   * skipped.
   */
  readonly servers: readonly Server[];
  readonly loadBalancers: readonly LoadBalancer[];
}

/**
 * Checks that an address can be attached, moved or detached: it is a floating IP (R-MOD-C) and not delegated (R-MOD-F).
 * @param what the participle for the message, such as `moved`
 * @throws UsageError
 */
export function assertMovable(ip: Address, what: string, { loadBalancers }: Pick<ReleaseFacts, 'loadBalancers'>): void {
  assertFloatingIp(ip, what);
  assertNotDelegated(ip, what, loadBalancers);
}

/**
 * Checks that an address is a floating IP: only those move between servers (R-MOD-C) and are delegated (R-DEL-1).
 * @param what the participle for the message, such as `moved`
 * @throws UsageError
 */
export function assertFloatingIp(ip: Address, what: string): void {
  if (ip.floating === 'yes') return;
  throw new UsageError(
    `${ip.address} is a ${ip.access === 'public' ? 'regular' : ip.access} address: only floating IPs can be ${what}.`,
    (upc) =>
      `List your floating IPs with \`${upc('ip float list')}\` or create one with \`${upc('ip float create')}\`.`,
    'FLOATING_IP_NOT_AVAILABLE',
  );
}

/**
 * Checks that the server is in the zone of the floating IP (R-MOD-C).
 * @throws UsageError
 */
export function assertSameZone(ip: Address, server: Server): void {
  if (ip.zone === server.zone) return;
  throw new UsageError(
    `${ip.address} is in zone ${ip.zone}, but server '${getServerDisplayName(server)}' is in zone ${server.zone}.`,
    (upc) =>
      `Choose a server in zone ${ip.zone}, or create another floating IP with \`${upc(`ip float create --zone ${chooseShellSafeWord('zone', server.zone)}`)}\`.`,
    'FLOATING_IP_NOT_AVAILABLE',
  );
}

/**
 * Checks that the address can have a release policy: only public IPv4 addresses can (R-MOD-E, R-ASG-8).
 * @throws UsageError
 */
export function assertPolicyAvailable(ip: Pick<Address, 'access' | 'family'> & { address?: string }): void {
  if (ip.family === 'IPv4' && !isInternal(ip)) return;
  throw new UsageError(
    `${ip.address ?? 'This address'} is ${isInternal(ip) ? `a ${ip.access} address` : 'an IPv6 address'}: only public IPv4 addresses have a release policy.`,
    ip.access === 'private'
      ? `Leave out ${ip.address ?? 'the release policy'}: the address is always deleted with its network interface.`
      : `Leave out ${ip.address ?? 'the release policy'}: the address is always deleted with its server.`,
    'RELEASE_POLICY_NOT_AVAILABLE',
  );
}

/**
 * Checks that the address can have a PTR record: utility and private addresses cannot (R-MOD-D).
 * @throws UsageError
 */
export function assertPtrAvailable(ip: Pick<Address, 'access'> & { address?: string }): void {
  if (!isInternal(ip)) return;
  throw new UsageError(
    ip.address
      ? `${ip.address} is a ${ip.access} address and has no PTR record.`
      : `A ${ip.access} address has no PTR record.`,
    'Choose a public address.',
    'PTR_RECORD_NOT_SUPPORTED',
  );
}

/**
 * Returns a check that throws UsageError for an address that cannot be released (R-REL-1 to R-REL-3).
 * @param released all addresses that this command releases. Each server must keep a regular address that is not among them
 */
export function createReleaseCheck(released: readonly Address[], facts: ReleaseFacts): (ip: Address) => void {
  const isReleased = new Set(released);
  const kept = facts.addresses.filter((ip) => !isReleased.has(ip) && ip.floating !== 'yes');
  const servers = new Map(facts.servers.map((server) => [server.uuid, server]));
  const serversWithAddress = new Set(kept.map(({ server }) => server));
  return (ip) => assertReleasable(ip, servers.get(ip.server ?? ''), serversWithAddress, facts.loadBalancers);
}

/**
 * Checks that an address can be released: a server must keep at least one address that is not floating.
 * @param serversWithAddress UUIDs of the servers that still have such an address after the release
 */
function assertReleasable(
  ip: Address,
  server: Server | undefined,
  serversWithAddress: ReadonlySet<string | null>,
  loadBalancers: readonly LoadBalancer[],
): void {
  if (ip.access === 'utility') {
    throw new UsageError(
      `${ip.address} is a utility address and cannot be released.`,
      'Delete its server instead.',
      'CANNOT_DELETE_PRIVATE_ADDRESS',
    );
  }
  assertNotDelegated(ip, 'released', loadBalancers);
  if (server === undefined) return;
  assertServerUsable(server, `${ip.address} cannot be released`);
  if (!serversWithAddress.has(server.uuid) && ip.floating !== 'yes') {
    throw new UsageError(
      `${ip.address} is the last address of server '${getServerDisplayName(server)}' and cannot be released.`,
      'Assign another address to the server first, or delete the server.',
      'SERVER_STATE_ILLEGAL',
    );
  }
}

/**
 * Checks that a server can get another regular address (R-ASG-2, R-ASG-4, R-ASG-6).
 * @param addresses all addresses of the account
 * @param mac MAC address of the requested interface; undefined if none was requested
 * @throws UsageError
 */
export function assertAssignable(
  server: Server,
  access: string,
  addresses: readonly Address[],
  mac: string | undefined,
): void {
  assertServerUsable(server, 'No address can be assigned');
  if (mac !== undefined && server.state !== 'stopped') {
    throw new UsageError(
      `Server '${getServerDisplayName(server)}' is ${server.state}: --mac works only while the server is stopped.`,
      'Leave out --mac, or stop the server first.',
      'SERVER_STATE_ILLEGAL',
    );
  }
  const assigned = addresses.filter((ip) => ip.server === server.uuid && ip.access === access && ip.floating !== 'yes');
  const limit = access === 'utility' ? 1 : 5;
  if (assigned.length < limit) return;
  throw new UsageError(
    access === 'utility'
      ? `Server '${getServerDisplayName(server)}' already has a utility address: ${assigned[0]?.address}.`
      : `Server '${getServerDisplayName(server)}' has reached the limit of five public addresses.`,
    access === 'utility'
      ? 'Use that address: a server has at most one utility address.'
      : 'Release one of them first, or attach a floating IP, which does not count towards this limit.',
    'IP_ADDRESS_LIMIT_REACHED',
  );
}

/**
 * Throws UsageError for a server in maintenance or in state error.
 * @param what the start of the message: "No address can be assigned"
 */
export function assertServerUsable(server: Server, what: string): void {
  if (server.state !== 'maintenance' && server.state !== 'error') return;
  throw new UsageError(
    `${what}: server '${getServerDisplayName(server)}' is in state ${server.state}.`,
    server.state === 'maintenance'
      ? 'Wait until the maintenance is over.'
      : 'Check the server in the UpCloud control panel.',
    'SERVER_STATE_ILLEGAL',
  );
}

function assertNotDelegated(ip: Address, what: string, loadBalancers: readonly LoadBalancer[]): void {
  if (ip.is_delegated !== 'yes') return;
  throw new UsageError(
    `${ip.address} is delegated to ${describeHolder(ip.address, loadBalancers)} and cannot be ${what}.`,
    (upc) => `Take the address back first: ${upc(`ip float undelegate ${ip.address}`)}`,
    'IP_ADDRESS_DELEGATED',
  );
}
