/** Renders a load balancer as the service does. */
import type { LoadBalancer, LoadBalancerNetwork } from '../state.ts';

export function loadBalancerBody({ owner: _, ...it }: LoadBalancer): object {
  return {
    ...it,
    dns_name: hostnameOf(it.uuid),
    maintenance_dow: 'sunday',
    maintenance_time: '20:00:00Z',
    network_uuid: it.networks.find(({ uuid }) => uuid !== undefined)?.uuid ?? '',
    networks: it.networks.map((network) => networkBody(it.uuid, network)),
    nodes: [{ networks: it.networks.map(nodeNetwork), operational_state: 'running' }],
  };
}

function hostnameOf(uuid: string): string {
  return `lb-${uuid.replaceAll('-', '')}.upcloudlb.example`;
}

function networkBody(uuid: string, network: LoadBalancerNetwork): object {
  const { created_at, updated_at, family, name, type } = network;
  const dns_name = `${name.toLowerCase()}.${hostnameOf(uuid)}`;
  return { created_at, dns_name, family, name, type, updated_at, ...(network.uuid ? { uuid: network.uuid } : {}) };
}

/** The nodes have addresses on the real service, but not in the sandbox. */
function nodeNetwork({ name, type }: LoadBalancerNetwork): object {
  return { ip_addresses: [], name, type };
}
