/** Renders a load balancer in the format of the load balancer API. */
import type { LoadBalancer, LoadBalancerNetwork } from '../state.ts';

export function toLoadBalancerBody({ owner: _, ...it }: LoadBalancer): object {
  return {
    ...it,
    dns_name: createLoadBalancerHostname(it.uuid),
    maintenance_dow: 'sunday',
    maintenance_time: '20:00:00Z',
    network_uuid: it.networks.find(({ uuid }) => uuid !== undefined)?.uuid ?? '',
    networks: it.networks.map((network) => toNetworkBody(it.uuid, network)),
    nodes: [{ networks: it.networks.map(toNodeNetwork), operational_state: 'running' }],
  };
}

function createLoadBalancerHostname(uuid: string): string {
  return `lb-${uuid.replaceAll('-', '')}.upcloudlb.example`;
}

function toNetworkBody(uuid: string, network: LoadBalancerNetwork): object {
  const { created_at, updated_at, family, name, type } = network;
  const dns_name = `${name.toLowerCase()}.${createLoadBalancerHostname(uuid)}`;
  return { created_at, dns_name, family, name, type, updated_at, ...(network.uuid ? { uuid: network.uuid } : {}) };
}

/** Renders a network of a load balancer node. In the sandbox, nodes have no addresses. */
function toNodeNetwork({ name, type }: LoadBalancerNetwork): object {
  return { ip_addresses: [], name, type };
}
