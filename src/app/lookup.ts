import { listZones } from '../api/account.ts';
import { listLoadBalancers } from '../api/load-balancers.ts';
import { listServers } from '../api/servers.ts';
import type { Api } from '../api/transport.ts';
import { toExpectedError, type UpcError, UsageError } from '../core/errors.ts';
import { toCanonicalAddress } from '../domain/address.ts';
import type { Address, LoadBalancer, Server } from '../domain/model.ts';
import { indexServersByUuid, type ResourceNames } from '../output/address.ts';

/**
 * Fetches the account's servers. Returns none if the request fails: a list of addresses is useful without server names, too.
 */
export async function fetchServersIfPossible(api: Api): Promise<Server[]> {
  return listServers(api).catch(createFallbackHandler([]));
}

/** Fetches the load balancers. Returns none if the request fails. */
export async function fetchLoadBalancersIfPossible(api: Api): Promise<LoadBalancer[]> {
  return listLoadBalancers(api).catch(createFallbackHandler([]));
}

/** Fetches the load balancers if one of the addresses is delegated. Otherwise, or if the request fails, returns none. */
export async function fetchLoadBalancersIfDelegated(api: Api, addresses: readonly Address[]): Promise<LoadBalancer[]> {
  return addresses.some((ip) => ip.is_delegated === 'yes') ? fetchLoadBalancersIfPossible(api) : [];
}

/** Returns two indexes: the servers by UUID, and the load balancers by the canonical form of each address that they hold. */
export function createNameIndex(servers: readonly Server[], services: readonly LoadBalancer[]): ResourceNames {
  const held = services.flatMap((service) =>
    service.ip_addresses.map(({ address }) => [toCanonicalAddress(address), service] as const),
  );
  return { servers: indexServersByUuid(servers), loadBalancers: new Map(held) };
}

/** Fetches the names of servers and load balancers. Leaves out names that cannot be fetched. */
export async function fetchNamesIfPossible(api: Api): Promise<ResourceNames> {
  return createNameIndex(...(await Promise.all([fetchServersIfPossible(api), fetchLoadBalancersIfPossible(api)])));
}

/**
 * Checks that a zone exists. Without this check, a mistyped zone would only give an empty result.
 * @throws UsageError if the service has no such zone
 */
export async function assertZoneExists(api: Api, requested: string): Promise<void> {
  const zones = (await listZones(api).catch(createFallbackHandler([]))).map(({ id }) => id);
  if (zones.length === 0 || zones.includes(requested)) return;
  throw new UsageError(`There is no zone '${requested}'.`, `Choose one of: ${zones.join(', ')}`, 'ZONE_INVALID');
}

/**
 * Returns an error handler for optional data. For an error of the API or the network, the handler returns `value`. It
 * rethrows interrupts and bugs.
 * @param onError called with the error that is ignored
 */
export function createFallbackHandler<T>(
  value: T,
  onError: (error: UpcError) => void = () => {},
): (error: unknown) => T {
  return (error) => {
    onError(toExpectedError(error));
    return value;
  };
}
