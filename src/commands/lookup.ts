import { listLoadBalancers } from '../api/load-balancers.ts';
import type { LoadBalancer, Server } from '../api/schema.ts';
import { listServers } from '../api/servers.ts';
import type { Api } from '../api/transport.ts';
import { InterruptedError } from '../errors.ts';
import { type Names, serverNames } from '../output/address.ts';

/** The account's servers where they can be had: names are a help, and a list without them is still a list. */
export async function serversIfPossible(api: Api): Promise<Server[]> {
  return listServers(api).catch(emptyUnlessInterrupted);
}

/** The load balancers by the delegated addresses that they hold, where they can be had. */
export async function holdersIfPossible(api: Api): Promise<Names['loadBalancers']> {
  const services: LoadBalancer[] = await listLoadBalancers(api).catch(emptyUnlessInterrupted);
  return new Map(services.flatMap((service) => (service.ip_addresses ?? []).map(({ address }) => [address, service])));
}

export async function namesIfPossible(api: Api): Promise<Names> {
  const [servers, loadBalancers] = await Promise.all([serversIfPossible(api), holdersIfPossible(api)]);
  return { servers: serverNames(servers), loadBalancers };
}

function emptyUnlessInterrupted(error: unknown): never[] {
  if (error instanceof InterruptedError) throw error;
  return [];
}
