import { findAddress, getAddressByAnySpelling, indexByAddress, listAddresses } from '../api/addresses.ts';
import { getServer, listServers } from '../api/servers.ts';
import type { Api } from '../api/transport.ts';
import { fetchLoadBalancersIfDelegated } from '../app/lookup.ts';
import { UsageError } from '../core/errors.ts';
import { renderHint } from '../core/hint.ts';
import { assertMovable, assertSameZone } from '../domain/assert-allowed.ts';
import { findServer } from '../domain/find-server.ts';
import type { ServerRole } from '../domain/guard/model.ts';
import { chooseInterface } from '../domain/interface.ts';
import type { Address, Server, ServerDetails } from '../domain/model.ts';
import { getServerDisplayName } from '../domain/server-name.ts';
import type { GuardedServerInterface } from './address-client.ts';

/** The options that name the two servers and their interfaces. */
export interface GuardTargetOptions {
  readonly primary: string;
  readonly standby: string;
  readonly primaryInterface?: number;
  readonly standbyInterface?: number;
}

export interface GuardTargets {
  readonly guarded: readonly GuardedAddress[];
  readonly servers: Readonly<Record<ServerRole, ServerDetails>>;
}

/** An address as it was at the start, and the two interfaces between which the guard moves it. */
export interface GuardedAddress {
  readonly ip: Address;
  readonly interfaces: Readonly<Record<ServerRole, GuardedServerInterface>>;
}

/**
 * Finds the servers, addresses and interfaces once, at the start. The guard then uses UUIDs and MAC addresses, which do not
 * change.
 * @param addresses in canonical form; an empty list means all floating IPs that are now on the primary server
 */
export async function findGuardTargets(
  api: Api,
  addresses: readonly string[],
  options: GuardTargetOptions,
): Promise<GuardTargets> {
  const [listed, all] = await Promise.all([fetchListedAddresses(api, addresses), listServers(api)]);
  const [one, two] = [findServer(all, options.primary), findServer(all, options.standby)];
  if (one.uuid === two.uuid)
    throw new UsageError(
      `--primary and --standby are the same server: ${getServerDisplayName(one)}.`,
      'Give two different servers.',
    );
  const ips = addresses.length > 0 ? listed : listFloatingIpsOn(listed, one);
  const loadBalancers = await fetchLoadBalancersIfDelegated(api, ips);
  for (const ip of ips) {
    assertMovable(ip, 'guarded', { loadBalancers });
    for (const server of [one, two]) assertSameZone(ip, server);
  }
  const [primary, standby] = await Promise.all([getServer(api, one.uuid), getServer(api, two.uuid)]);
  const guarded = ips.map((ip) => ({
    ip,
    interfaces: {
      primary: chooseGuardInterface(ip, primary, 'primary', options),
      standby: chooseGuardInterface(ip, standby, 'standby', options),
    },
  }));
  return { guarded, servers: { primary, standby } };
}

async function fetchListedAddresses(api: Api, addresses: readonly string[]): Promise<readonly Address[]> {
  const [only] = addresses;
  if (only !== undefined && addresses.length === 1) return [await getAddressByAnySpelling(api, only)];
  const listed = await listAddresses(api);
  if (only === undefined) return listed;
  const account = indexByAddress(listed);
  return addresses.map((address) => findAddress(account, address));
}

/** Returns the floating IPs on the server. @throws UsageError if there are none */
function listFloatingIpsOn(all: readonly Address[], server: Server): readonly Address[] {
  const found = all.filter((ip) => ip.floating === 'yes' && ip.server === server.uuid);
  if (found.length > 0) return found;
  throw new UsageError(
    `There is no floating IP on ${getServerDisplayName(server)} now, so --all guards nothing.`,
    'Give the addresses to guard: they may also be on the standby server.',
    'NOTHING_TO_GUARD',
  );
}

/**
 * Returns the interface of this server to use for the address. An option can name the interface. Otherwise, it is the
 * current interface of the address on this server, or else the only public IPv4 interface of the server.
 * @throws UsageError if there is no such interface
 */
function chooseGuardInterface(
  ip: Address,
  server: ServerDetails,
  side: ServerRole,
  options: GuardTargetOptions,
): GuardedServerInterface {
  const named = side === 'primary' ? options.primaryInterface : options.standbyInterface;
  if (named === undefined && ip.server === server.uuid && ip.mac !== null) return { uuid: server.uuid, mac: ip.mac };
  try {
    return { uuid: server.uuid, mac: chooseInterface(server, { index: named }).mac };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(
      error.message,
      error.hints.map((hint) => (upc) => renderHint(hint, upc).replaceAll('--interface', `--${side}-interface`)),
      error.code,
    );
  }
}
