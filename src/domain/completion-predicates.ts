import { toCanonicalAddress } from './address.ts';
import { assertAssignable } from './assert-allowed.ts';
import { isDetached } from './filter.ts';
import { findMatchesByName } from './find-by-name.ts';
import type { Address, LoadBalancer, Server } from './model.ts';
import { isDefaultPtr } from './ptr.ts';
import { findServerByUuid } from './server-index.ts';

/** The facts for completion: the words typed so far on the command line, and the contents of the account. */
export interface CompletionFacts {
  readonly args: readonly string[];
  /** The values of each option; the key is the attribute name of the option. */
  readonly given: ReadonlyMap<string, readonly string[]>;
  readonly addresses: readonly Address[];
  /** The servers of the account; empty if they could not be fetched. */
  readonly servers: readonly Server[];
  /** The load balancers of the account. Fetched only if the command has an option for a load balancer, otherwise empty. */
  readonly loadBalancers: readonly LoadBalancer[];
}

/**
 * The facts for completion, with indexes because an account may have many addresses. Completion and prompts use them to leave
 * out values that the command would reject.
 */
export interface IndexedCompletionFacts extends CompletionFacts {
  /** The addresses of the account that are on the command line. */
  readonly named: readonly Address[];
  /** The addresses by the UUID of their server. */
  readonly byServer: ReadonlyMap<string, readonly Address[]>;
  /** The server that each option names; the key is the attribute name of the option. Unknown and ambiguous names are left out. */
  readonly namedServers: ReadonlyMap<string, Server>;
  /** The number of servers that can carry floating IPs, by zone. Empty if the servers are unknown. */
  readonly carriers: ReadonlyMap<string, number>;
}

export function indexCompletionFacts(facts: CompletionFacts): IndexedCompletionFacts {
  const byServer = new Map<string, Address[]>();
  for (const ip of facts.addresses) {
    if (ip.server === null) continue;
    const others = byServer.get(ip.server);
    if (others) others.push(ip);
    else byServer.set(ip.server, [ip]);
  }
  const typed = new Set(facts.args.map(toCanonicalAddress));
  const carriers = new Map<string, number>();
  for (const server of facts.servers) {
    if (canServerHaveFloatingIps(server, { byServer })) carriers.set(server.zone, (carriers.get(server.zone) ?? 0) + 1);
  }
  return {
    ...facts,
    byServer,
    named: facts.addresses.filter((ip) => typed.has(toCanonicalAddress(ip.address))),
    namedServers: findNamedServers(facts),
    carriers,
  };
}

export type AddressPredicate = (ip: Address, situation: IndexedCompletionFacts) => boolean;
export type ServerPredicate = (server: Server, situation: IndexedCompletionFacts) => boolean;

const isPublic = (ip: Address): boolean => ip.access === 'public';
const isMovable = (ip: Address): boolean => ip.floating === 'yes' && ip.is_delegated === 'no';
const isAttached = (ip: Address): boolean => isMovable(ip) && ip.server !== null;

/** The conditions for the addresses that completion and prompts offer for arguments. */
export const addressPredicates = {
  exist: () => true,
  havePtr: isPublic,
  haveOtherPtr: (ip: Address) => isPublic(ip) && !isDefaultPtr(ip),
  haveOtherPolicy: (ip: Address, { args: [policy] }: IndexedCompletionFacts) =>
    isPublic(ip) && ip.family === 'IPv4' && ip.release_policy !== policy?.toLowerCase(),
  canBeReleased: (ip: Address, { servers, byServer, named }: IndexedCompletionFacts) => {
    if (!isPublic(ip) || ip.is_delegated === 'yes') return false;
    const server = findServerByUuid(servers, ip.server);
    if (server === undefined) return true;
    const kept = byServer.get(server.uuid)?.filter((one) => one !== ip && !named.includes(one)) ?? [];
    return !isOutOfService(server) && (ip.floating === 'yes' || kept.some(({ floating }) => floating !== 'yes'));
  },
  canBeAttached: (ip: Address, situation: IndexedCompletionFacts) =>
    isMovable(ip) && isDetached(ip) && hasSuitableServer(ip, situation, 'server'),
  /**
   * Excludes an address that could move only to its current server. If the command line names an interface, such a move is
   * allowed.
   */
  canMove: (ip: Address, situation: IndexedCompletionFacts) => {
    const from = situation.namedServers.get('from');
    const to = situation.namedServers.get('to');
    const isFrom = from === undefined || ip.server === from.uuid;
    const hasOther = to ? to.uuid !== ip.server : ip.server === null || hasEnoughServers(ip, situation, 2);
    return (
      isMovable(ip) && isFrom && hasSuitableServer(ip, situation, 'to') && (hasOther || isInterfaceNamed(situation))
    );
  },
  canBeDetached: isAttached,
  canBeGuarded: (ip: Address, situation: IndexedCompletionFacts) =>
    isMovable(ip) &&
    hasSuitableServer(ip, situation, 'primary') &&
    hasSuitableServer(ip, situation, 'standby') &&
    hasEnoughServers(ip, situation, 2),
  /** Without --server, the command configures the server that the address is on, so the address must be attached. */
  canBeConfigured: (ip: Address, situation: IndexedCompletionFacts) =>
    situation.given.has('server') ? isMovable(ip) && hasSuitableServer(ip, situation, 'server') : isAttached(ip),
  canBeDelegated: (ip: Address, { given, loadBalancers }: IndexedCompletionFacts) => {
    const target = given.get('to')?.at(-1);
    const named = target === undefined ? loadBalancers : findMatchesByName(loadBalancers, target, ({ name }) => [name]);
    return isMovable(ip) && isDetached(ip) && named.some((one) => one.zone === ip.zone && hasPublicNetwork(one));
  },
  areDelegated: (ip: Address) => ip.is_delegated === 'yes',
} as const satisfies Readonly<Record<string, AddressPredicate>>;

/** The conditions for the servers that completion and prompts offer for options. */
export const serverPredicates = {
  canGetAddress: (server: Server, { given, byServer }: IndexedCompletionFacts) => {
    const access = given.get('access')?.at(-1)?.toLowerCase() ?? 'public';
    return doesNotThrow(() =>
      assertAssignable(server, access, byServer.get(server.uuid) ?? [], given.get('mac')?.at(-1)),
    );
  },
  canGetNewFloatingIp: (server: Server, situation: IndexedCompletionFacts) =>
    canServerHaveFloatingIps(server, situation) && !isOutOfService(server),
  canCarry: (server: Server, situation: IndexedCompletionFacts) =>
    canServerHaveFloatingIps(server, situation) && isInZoneOfAddresses(server, situation),
  /**
   * Excludes the server that the address is on, because such a move would change nothing. If the command line names an
   * interface, the address may move to this interface of the same server.
   */
  canBeMovedTo: (server: Server, situation: IndexedCompletionFacts) => {
    const from = situation.namedServers.get('from');
    const fitsFrom = from === undefined || (from.uuid !== server.uuid && from.zone === server.zone);
    const isHere = situation.named.some((ip) => ip.server === server.uuid);
    return (
      canServerHaveFloatingIps(server, situation) &&
      isInZoneOfAddresses(server, situation) &&
      fitsFrom &&
      (!isHere || isInterfaceNamed(situation))
    );
  },
  canBeMovedFrom: (server: Server, situation: IndexedCompletionFacts) => {
    const to = situation.namedServers.get('to');
    if (to && (to.uuid === server.uuid || to.zone !== server.zone)) return false;
    const { named, byServer } = situation;
    return (byServer.get(server.uuid) ?? []).some((ip) => isMovable(ip) && (named.length === 0 || named.includes(ip)));
  },
  /**
   * With `--all`, the guard covers the floating IPs that are on the primary at the start, so the primary must have at least
   * one.
   */
  canBePrimary: (server: Server, situation: IndexedCompletionFacts) =>
    isSuitableGuardServer(server, situation, 'standby') &&
    (!situation.given.has('all') || (situation.byServer.get(server.uuid) ?? []).some(isMovable)),
  canBeStandby: (server: Server, situation: IndexedCompletionFacts) =>
    isSuitableGuardServer(server, situation, 'primary'),
} as const satisfies Readonly<Record<string, ServerPredicate>>;

/** Returns whether the addresses on the command line can be delegated to the load balancer. */
export function canHoldNamedAddresses(loadBalancer: LoadBalancer, { named }: IndexedCompletionFacts): boolean {
  return hasPublicNetwork(loadBalancer) && named.every((ip) => ip.zone === loadBalancer.zone);
}

/**
 * Returns whether the load balancer has the public IPv4 network that a floating IP needs. Returns true if the API shows no
 * networks.
 */
function hasPublicNetwork({ networks }: LoadBalancer): boolean {
  return networks.length === 0 || networks.some(({ type, family }) => type === 'public' && family === 'IPv4');
}

function findNamedServers({ given, servers }: CompletionFacts): Map<string, Server> {
  const named = new Map<string, Server>();
  for (const [option, values] of given) {
    const name = values.at(-1) ?? '';
    const found = name === '' ? [] : findMatchesByName(servers, name, ({ title, hostname }) => [title, hostname]);
    const [only] = found;
    if (only && found.length === 1) named.set(option, only);
  }
  return named;
}

/**
 * Returns whether the server has a public IPv4 address. Such a server has a public IPv4 interface, which can carry floating
 * IPs.
 */
function canServerHaveFloatingIps({ uuid }: Server, { byServer }: Pick<IndexedCompletionFacts, 'byServer'>): boolean {
  return (byServer.get(uuid) ?? []).some((ip) => isPublic(ip) && ip.family === 'IPv4');
}

const isInZoneOfAddresses = ({ zone }: Server, { named }: IndexedCompletionFacts): boolean =>
  named.every((ip) => ip.zone === zone);

const isOutOfService = ({ state }: Server): boolean => state === 'maintenance' || state === 'error';

/**
 * Returns whether the address can move to the server that the option names. If the option names no server, returns whether
 * any server in the zone of the address can carry the address.
 */
function hasSuitableServer(ip: Address, situation: IndexedCompletionFacts, option: string): boolean {
  const server = situation.namedServers.get(option);
  if (server) return server.zone === ip.zone && canServerHaveFloatingIps(server, situation);
  return hasEnoughServers(ip, situation, 1);
}

/**
 * Returns whether the zone of the address has at least `least` servers that can carry floating IPs. Returns true if the
 * servers are unknown.
 */
function hasEnoughServers({ zone }: Address, { servers, carriers }: IndexedCompletionFacts, least: number): boolean {
  return servers.length === 0 || (carriers.get(zone) ?? 0) >= least;
}

const isInterfaceNamed = ({ given }: IndexedCompletionFacts): boolean => given.has('interface') || given.has('mac');

function isSuitableGuardServer(server: Server, situation: IndexedCompletionFacts, otherSide: string): boolean {
  const other = situation.namedServers.get(otherSide);
  const suits = other === undefined || (other.uuid !== server.uuid && other.zone === server.zone);
  return suits && canServerHaveFloatingIps(server, situation) && isInZoneOfAddresses(server, situation);
}

function doesNotThrow(check: () => void): boolean {
  try {
    check();
    return true;
  } catch {
    return false;
  }
}
