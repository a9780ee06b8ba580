import { listZones } from '../api/account.ts';
import { listLoadBalancers } from '../api/load-balancers.ts';
import { getServer, listServers } from '../api/servers.ts';
import type { Api } from '../api/transport.ts';
import { InterruptedError, UpcError, UsageError } from '../core/errors.ts';
import { addressKey } from '../domain/address.ts';
import { findServer } from '../domain/find-server.ts';
import type { Address, LoadBalancer, Server, ServerDetails } from '../domain/model.ts';
import { type Names, serverNames } from '../output/address.ts';

/** The account's servers where they can be had: names are a help, and a list without them is still a list. */
export async function serversIfPossible(api: Api): Promise<Server[]> {
  return listServers(api).catch(orElse([]));
}

/** The load balancers where they can be had. */
export async function servicesIfPossible(api: Api): Promise<LoadBalancer[]> {
  return listLoadBalancers(api).catch(orElse([]));
}

/** The load balancers, asked for only where one of the addresses is delegated. */
export async function delegatedServices(api: Api, addresses: readonly Address[]): Promise<LoadBalancer[]> {
  return addresses.some((ip) => ip.is_delegated === 'yes') ? servicesIfPossible(api) : [];
}

/** Names of servers by UUID, and of load balancers by the addressKey() of what they hold. */
export function namesOf(servers: readonly Server[], services: readonly LoadBalancer[]): Names {
  const held = services.flatMap((service) =>
    (service.ip_addresses ?? []).map(({ address }) => [addressKey(address), service] as const),
  );
  return { servers: serverNames(servers), loadBalancers: new Map(held) };
}

export async function namesIfPossible(api: Api): Promise<Names> {
  return namesOf(...(await Promise.all([serversIfPossible(api), servicesIfPossible(api)])));
}

/**
 * The server that a user means, with its interfaces.
 * @param servers the account's, where they are asked for already
 * @throws UsageError where several fit; NotFoundError where none does
 */
export async function serverByName(
  api: Api,
  requested: string,
  servers: Promise<readonly Server[]> = listServers(api),
): Promise<ServerDetails> {
  return getServer(api, findServer(await servers, requested).uuid);
}

/**
 * A zone in which nothing is may be a slip of the pen.
 * @throws UsageError where the service knows no such zone
 */
export async function assertZoneExists(api: Api, requested: string): Promise<void> {
  const zones = (await listZones(api).catch(orElse([]))).map(({ id }) => id);
  if (zones.length === 0 || zones.includes(requested)) return;
  throw new UsageError(`There is no zone '${requested}'.`, `Zones: ${zones.join(', ')}`, 'ZONE_INVALID');
}

/**
 * For what is a help and no more: an error of the API's or the network's comes to this instead; an interrupt stays one.
 * @param onError is told what became of it
 */
export function orElse<T>(value: T, onError: (error: UpcError) => void = () => {}): (error: unknown) => T {
  return (error) => {
    if (!(error instanceof UpcError) || error instanceof InterruptedError) throw error;
    onError(error);
    return value;
  };
}
