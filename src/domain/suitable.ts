import { addressKey } from './address.ts';
import { assertAssignable } from './assert-allowed.ts';
import { isDetached } from './filter.ts';
import { findMatches } from './find-by-name.ts';
import type { Address, LoadBalancer, Server } from './model.ts';
import { isDefaultPtr } from './ptr.ts';
import { findServerByUuid } from './server-index.ts';

/** What is known: the words typed so far on the command line, and the contents of the account. */
export interface Facts {
  readonly args: readonly string[];
  /** The values of each option; the key is the attribute name of the option. */
  readonly given: ReadonlyMap<string, readonly string[]>;
  readonly addresses: readonly Address[];
  /** Empty if they could not be fetched. */
  readonly servers: readonly Server[];
  /** Fetched only for a command with an option for a load balancer; empty if they could not be fetched. */
  readonly loadBalancers: readonly LoadBalancer[];
}

/**
 * The facts, indexed because an account may have many addresses. With them, completion and prompts leave out values that the
 * command would reject.
 */
export interface Situation extends Facts {
  /** The addresses of the account that are on the command line. */
  readonly named: readonly Address[];
  /** The addresses by the UUID of their server. */
  readonly byServer: ReadonlyMap<string, readonly Address[]>;
  /** The server that each option names; the key is the attribute name of the option. Unknown and ambiguous names are left out. */
  readonly namedServers: ReadonlyMap<string, Server>;
  /** The number of servers that can carry floating IPs, by zone. Empty if the servers are unknown. */
  readonly carriers: ReadonlyMap<string, number>;
}

export function createSituation(facts: Facts): Situation {
  const byServer = new Map<string, Address[]>();
  for (const ip of facts.addresses) {
    if (ip.server === null) continue;
    const others = byServer.get(ip.server);
    if (others) others.push(ip);
    else byServer.set(ip.server, [ip]);
  }
  const typed = new Set(facts.args.map(addressKey));
  const carriers = new Map<string, number>();
  for (const server of facts.servers) {
    if (canCarry(server, { byServer })) carriers.set(server.zone, (carriers.get(server.zone) ?? 0) + 1);
  }
  return {
    ...facts,
    byServer,
    named: facts.addresses.filter((ip) => typed.has(addressKey(ip.address))),
    namedServers: findNamedServers(facts),
    carriers,
  };
}

export type SuitableAddress = (ip: Address, situation: Situation) => boolean;
export type SuitableServer = (server: Server, situation: Situation) => boolean;

const isPublic = (ip: Address): boolean => ip.access === 'public';
const isMovable = (ip: Address): boolean => ip.floating === 'yes' && ip.is_delegated === 'no';
const isAttached = (ip: Address): boolean => isMovable(ip) && ip.server !== null;

/** The conditions for the addresses that completion and prompts offer for arguments. */
export const addressesThat = {
  exist: () => true,
  havePtr: isPublic,
  haveOtherPtr: (ip: Address) => isPublic(ip) && !isDefaultPtr(ip),
  haveOtherPolicy: (ip: Address, { args: [policy] }: Situation) =>
    isPublic(ip) && ip.family === 'IPv4' && ip.release_policy !== policy?.toLowerCase(),
  canBeReleased: (ip: Address, { servers, byServer, named }: Situation) => {
    if (!isPublic(ip) || ip.is_delegated === 'yes') return false;
    const server = findServerByUuid(servers, ip.server);
    if (server === undefined) return true;
    const kept = byServer.get(server.uuid)?.filter((one) => one !== ip && !named.includes(one)) ?? [];
    return !isOutOfService(server) && (ip.floating === 'yes' || kept.some(({ floating }) => floating !== 'yes'));
  },
  canBeAttached: (ip: Address, situation: Situation) =>
    isMovable(ip) && isDetached(ip) && hasTarget(ip, situation, 'server'),
  /** Like {@link serversThat.canBeMovedTo}, excludes a move to the server that the address is on. */
  canMove: (ip: Address, situation: Situation) => {
    const from = situation.namedServers.get('from');
    const to = situation.namedServers.get('to');
    const isFrom = from === undefined || ip.server === from.uuid;
    const hasOther = to ? to.uuid !== ip.server : ip.server === null || hasCarriers(ip, situation, 2);
    return isMovable(ip) && isFrom && hasTarget(ip, situation, 'to') && (hasOther || namesInterface(situation));
  },
  canBeDetached: isAttached,
  canBeGuarded: (ip: Address, situation: Situation) =>
    isMovable(ip) &&
    hasTarget(ip, situation, 'primary') &&
    hasTarget(ip, situation, 'standby') &&
    hasCarriers(ip, situation, 2),
  /** Without --server, the command configures the server that the address is on, so the address must be attached. */
  canBeConfigured: (ip: Address, situation: Situation) =>
    situation.given.has('server') ? isMovable(ip) && hasTarget(ip, situation, 'server') : isAttached(ip),
  canBeDelegated: (ip: Address, { given, loadBalancers }: Situation) => {
    const target = given.get('to')?.at(-1);
    const named = target === undefined ? loadBalancers : findMatches(loadBalancers, target, ({ name }) => [name]);
    return isMovable(ip) && isDetached(ip) && named.some((one) => one.zone === ip.zone && hasPublicNetwork(one));
  },
  areDelegated: (ip: Address) => ip.is_delegated === 'yes',
} as const satisfies Readonly<Record<string, SuitableAddress>>;

/** The conditions for the servers that completion and prompts offer for options. */
export const serversThat = {
  canGetAddress: (server: Server, { given, byServer }: Situation) => {
    const access = given.get('access')?.at(-1)?.toLowerCase() ?? 'public';
    return succeeds(() => assertAssignable(server, access, byServer.get(server.uuid) ?? [], given.get('mac')?.at(-1)));
  },
  canGetNewFloatingIp: (server: Server, situation: Situation) => canCarry(server, situation) && !isOutOfService(server),
  canCarry: (server: Server, situation: Situation) => canCarry(server, situation) && isInZone(server, situation),
  /**
   * Excludes the server that the address is on, unless the command line names an interface: such a move would change nothing.
   */
  canBeMovedTo: (server: Server, situation: Situation) => {
    const from = situation.namedServers.get('from');
    const fitsFrom = from === undefined || (from.uuid !== server.uuid && from.zone === server.zone);
    const isHere = situation.named.some((ip) => ip.server === server.uuid);
    return (
      canCarry(server, situation) && isInZone(server, situation) && fitsFrom && (!isHere || namesInterface(situation))
    );
  },
  canBeMovedFrom: (server: Server, situation: Situation) => {
    const to = situation.namedServers.get('to');
    if (to && (to.uuid === server.uuid || to.zone !== server.zone)) return false;
    const { named, byServer } = situation;
    return (byServer.get(server.uuid) ?? []).some((ip) => isMovable(ip) && (named.length === 0 || named.includes(ip)));
  },
  /** With `--all`, the guard covers the floating IPs that are on the primary at the start, so there must be one. */
  canBePrimary: (server: Server, situation: Situation) =>
    isGuardSide(server, situation, 'standby') &&
    (!situation.given.has('all') || (situation.byServer.get(server.uuid) ?? []).some(isMovable)),
  canBeStandby: (server: Server, situation: Situation) => isGuardSide(server, situation, 'primary'),
} as const satisfies Readonly<Record<string, SuitableServer>>;

/** Returns whether the addresses on the command line can be delegated to the load balancer. */
export function canHold(loadBalancer: LoadBalancer, { named }: Situation): boolean {
  return hasPublicNetwork(loadBalancer) && named.every((ip) => ip.zone === loadBalancer.zone);
}

/**
 * Returns whether the load balancer has the public IPv4 network that a floating IP needs. Returns true if the API shows no
 * networks.
 */
function hasPublicNetwork({ networks }: LoadBalancer): boolean {
  return networks.length === 0 || networks.some(({ type, family }) => type === 'public' && family === 'IPv4');
}

function findNamedServers({ given, servers }: Facts): Map<string, Server> {
  const named = new Map<string, Server>();
  for (const [option, values] of given) {
    const name = values.at(-1) ?? '';
    const found = name === '' ? [] : findMatches(servers, name, ({ title, hostname }) => [title, hostname]);
    const [only] = found;
    if (only && found.length === 1) named.set(option, only);
  }
  return named;
}

/** Returns whether the server has a public IPv4 address. It then has a public IPv4 interface, which can carry floating IPs. */
function canCarry({ uuid }: Server, { byServer }: Pick<Situation, 'byServer'>): boolean {
  return (byServer.get(uuid) ?? []).some((ip) => isPublic(ip) && ip.family === 'IPv4');
}

const isInZone = ({ zone }: Server, { named }: Situation): boolean => named.every((ip) => ip.zone === zone);

const isOutOfService = ({ state }: Server): boolean => state === 'maintenance' || state === 'error';

/**
 * Returns whether the address can move to the server that the option names. Without the option, returns whether the zone has
 * any server that can carry the address.
 */
function hasTarget(ip: Address, situation: Situation, option: string): boolean {
  const server = situation.namedServers.get(option);
  if (server) return server.zone === ip.zone && canCarry(server, situation);
  return hasCarriers(ip, situation, 1);
}

/** Returns whether the zone has at least `least` servers that can carry floating IPs; true if the servers are unknown. */
function hasCarriers({ zone }: Address, { servers, carriers }: Situation, least: number): boolean {
  return servers.length === 0 || (carriers.get(zone) ?? 0) >= least;
}

const namesInterface = ({ given }: Situation): boolean => given.has('interface') || given.has('mac');

function isGuardSide(server: Server, situation: Situation, otherSide: string): boolean {
  const other = situation.namedServers.get(otherSide);
  const suits = other === undefined || (other.uuid !== server.uuid && other.zone === server.zone);
  return suits && canCarry(server, situation) && isInZone(server, situation);
}

function succeeds(check: () => void): boolean {
  try {
    check();
    return true;
  } catch {
    return false;
  }
}
