import type { LoadBalancer } from '../domain/model.ts';
import { loadBalancerListResponse } from './schema.ts';
import type { Api } from './transport.ts';

/** `GET /load-balancer`: the load balancers of the account, with the addresses that are delegated to each (R-DEL-1). */
export async function listLoadBalancers(api: Api): Promise<LoadBalancer[]> {
  return api.read(['load-balancer'], loadBalancerListResponse);
}
