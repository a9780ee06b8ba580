import { UsageError } from '../core/errors.ts';
import { shellSafeWord } from '../core/shell-safe-word.ts';
import { holderOf } from './address-details.ts';
import { isInternal } from './filter.ts';
import type { Address, LoadBalancer, Server } from './model.ts';
import { serverName } from './server-name.ts';

/** What is known around addresses that are to be released. */
export interface Surroundings {
  readonly addresses: readonly Address[];
  /** Empty where they could not be had; then they are not judged by. */
  readonly servers: readonly Server[];
  readonly loadBalancers: readonly LoadBalancer[];
}

/** Only floating IPs can be attached, moved and detached (R-MOD-C), and not while a service manages them (R-MOD-F). */
export function assertMovable(ip: Address, what: string, { loadBalancers }: Pick<Surroundings, 'loadBalancers'>): void {
  if (ip.floating !== 'yes') {
    throw new UsageError(
      `${ip.address} is a ${ip.access === 'public' ? 'regular' : ip.access} address: only floating IPs can be ${what}.`,
      (upc) => `\`${upc('ip float list')}\` shows your floating IPs; \`${upc('ip float create')}\` makes one.`,
      'FLOATING_IP_NOT_AVAILABLE',
    );
  }
  assertNotDelegated(ip, what, loadBalancers);
}

/** Floating IPs stay within their zone (R-MOD-C). */
export function assertSameZone(ip: Address, server: Server): void {
  if (ip.zone === server.zone) return;
  throw new UsageError(
    `${ip.address} belongs to zone ${ip.zone}, but server '${serverName(server)}' is in ${server.zone}.`,
    (upc) =>
      `A floating IP stays in its zone: pick a server there, or make a new one with \`${upc(`ip float create --zone ${shellSafeWord('zone', server.zone)}`)}\`.`,
    'FLOATING_IP_NOT_AVAILABLE',
  );
}

/** Release policy is for public IPv4 only (R-MOD-E, R-ASG-8). */
export function assertPolicyAvailable(ip: Pick<Address, 'access' | 'family'> & { address?: string }): void {
  if (ip.family === 'IPv4' && !isInternal(ip)) return;
  throw new UsageError(
    `${ip.address ?? 'This address'} is ${isInternal(ip) ? `a ${ip.access} address` : 'an IPv6 address'}: only public IPv4 addresses have a release policy.`,
    ip.access === 'private' ? 'It goes with its network interface.' : 'It always goes with its server.',
    'RELEASE_POLICY_NOT_AVAILABLE',
  );
}

/** Utility addresses, and those of private networks, have no reverse DNS (R-MOD-D). */
export function assertPtrAvailable(ip: Pick<Address, 'access'> & { address?: string }): void {
  if (!isInternal(ip)) return;
  throw new UsageError(
    ip.address
      ? `${ip.address} is a ${ip.access} address and has no PTR record.`
      : `A ${ip.access} address has no PTR record.`,
    'Reverse DNS can be set on public addresses only.',
    'PTR_RECORD_NOT_SUPPORTED',
  );
}

/**
 * What can be known to forbid a release (R-REL-1 to R-REL-3), as a judge of each address.
 * @param going all the addresses that this command releases: together they may take a server's last one
 */
export function createReleaseCheck(going: readonly Address[], around: Surroundings): (ip: Address) => void {
  const gone = new Set(going);
  const staying = around.addresses.filter((ip) => !gone.has(ip) && ip.floating !== 'yes');
  const servers = new Map(around.servers.map((server) => [server.uuid, server]));
  const held = new Set(staying.map(({ server }) => server));
  return (ip) => assertReleasable(ip, servers.get(ip.server ?? ''), held, around.loadBalancers);
}

/** @param held UUIDs of the servers that are left with a regular address */
function assertReleasable(
  ip: Address,
  server: Server | undefined,
  held: ReadonlySet<string | null>,
  loadBalancers: readonly LoadBalancer[],
): void {
  if (ip.access === 'utility') {
    throw new UsageError(
      `${ip.address} is a utility address and cannot be released.`,
      'It goes when its server is deleted.',
      'CANNOT_DELETE_PRIVATE_ADDRESS',
    );
  }
  assertNotDelegated(ip, 'released', loadBalancers);
  if (server === undefined) return;
  assertState(server, `${ip.address} cannot be released`);
  if (!held.has(server.uuid) && ip.floating !== 'yes') {
    throw new UsageError(
      `${ip.address} is the last address of server '${serverName(server)}' and cannot be released.`,
      'A server has at least one address: assign another first, or delete the server.',
      'SERVER_STATE_ILLEGAL',
    );
  }
}

/** What can be known to forbid a new regular address (R-ASG-2, R-ASG-4, R-ASG-6). */
export function assertAssignable(
  server: Server,
  access: string,
  addresses: readonly Address[],
  mac: string | undefined,
): void {
  assertState(server, 'No address can be assigned');
  if (mac !== undefined && server.state !== 'stopped') {
    throw new UsageError(
      `Server '${serverName(server)}' is ${server.state}: an interface can be named only while the server is stopped.`,
      'Leave out --mac, or stop the server first.',
      'SERVER_STATE_ILLEGAL',
    );
  }
  const there = addresses.filter((ip) => ip.server === server.uuid && ip.access === access && ip.floating !== 'yes');
  const most = access === 'utility' ? 1 : 5;
  if (there.length < most) return;
  throw new UsageError(
    access === 'utility'
      ? `Server '${serverName(server)}' has its utility address already: ${there[0]?.address}.`
      : `Server '${serverName(server)}' has five public addresses, which is the most it can have.`,
    access === 'utility'
      ? 'A server has one utility address at most.'
      : 'Release one of them first, or attach a floating IP: those do not count.',
    'IP_ADDRESS_LIMIT_REACHED',
  );
}

function assertState(server: Server, what: string): void {
  if (server.state !== 'maintenance' && server.state !== 'error') return;
  throw new UsageError(
    `${what}: server '${serverName(server)}' is in state ${server.state}.`,
    server.state === 'maintenance'
      ? 'Wait until its maintenance is over.'
      : 'Look at the server in the UpCloud control panel.',
    'SERVER_STATE_ILLEGAL',
  );
}

function assertNotDelegated(ip: Address, what: string, loadBalancers: readonly LoadBalancer[]): void {
  if (ip.is_delegated !== 'yes') return;
  const { name, uuid } = holderOf(ip.address, loadBalancers);
  const holder = name === null ? 'a load balancer' : `load balancer '${name}' (${uuid})`;
  throw new UsageError(
    `${ip.address} is delegated to ${holder} and cannot be ${what}.`,
    `Take it back first: in the UpCloud control panel, or DELETE /1.3/load-balancer/${shellSafeWord('uuid', uuid)}/ip-addresses/${ip.address}`,
    'IP_ADDRESS_DELEGATED',
  );
}
