import type { LoadBalancer } from '../domain/model.ts';
import { loadBalancerListResponse } from './schema.ts';
import type { Api } from './transport.ts';

/** `GET /load-balancer`: the services that addresses can be delegated to, with the addresses that each holds. */
export async function listLoadBalancers(api: Api): Promise<LoadBalancer[]> {
  return api.read(['load-balancer'], loadBalancerListResponse);
}
