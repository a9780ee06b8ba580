/** Renders public, utility and SDN networks as the API does. */
import type { Account, Family, IpNetwork, Label, State, Zone } from '../state.ts';
import { createPublicNetworkId, createUtilityNetworkId } from './network-ids.ts';
import { getDefaultGateway } from './private-network.ts';

export interface NetworkDescription {
  readonly uuid: string;
  readonly name: string;
  readonly type: 'public' | 'utility' | 'private';
  readonly zone: string;
  readonly router: string | null;
  readonly labels: readonly Label[];
  readonly ip_network: IpNetwork;
}

export function listNetworksOfAccount(state: State, account: Account): readonly NetworkDescription[] {
  const own = state.networks.filter((it) => it.owner === account.username);
  const given = state.zones.flatMap((zone) => [
    createPublicNetwork(zone, 'IPv4'),
    createPublicNetwork(zone, 'IPv6'),
    createUtilityNetwork(zone, account.username),
  ]);
  return [...given, ...own.map((it): NetworkDescription => ({ ...it, type: 'private' }))];
}

function createPublicNetwork(zone: Zone, family: Family): NetworkDescription {
  const v4 = family === 'IPv4';
  return {
    uuid: createPublicNetworkId(zone, family),
    name: `Public ${zone.public_range} ${family}`,
    type: 'public',
    zone: zone.id,
    router: null,
    labels: [],
    ip_network: {
      address: v4 ? zone.public_range : `${zone.ipv6_prefix}::/64`,
      dhcp: 'yes',
      dhcp_default_route: 'yes',
      dhcp_dns: v4 ? ['203.0.113.53'] : ['2001:db8:0:0:0:0:0:53'],
      family,
      gateway: v4 ? getDefaultGateway(zone.public_range) : `${zone.ipv6_prefix}::1`,
    },
  };
}

function createUtilityNetwork(zone: Zone, owner: string): NetworkDescription {
  const address = `10.${zone.number}.0.0/16`;
  return {
    uuid: createUtilityNetworkId(owner, zone),
    name: `Utility ${address}`,
    type: 'utility',
    zone: zone.id,
    router: null,
    labels: [],
    ip_network: {
      address,
      dhcp: 'yes',
      dhcp_default_route: 'no',
      dhcp_dns: [],
      family: 'IPv4',
      gateway: getDefaultGateway(address),
    },
  };
}

export function toNetworkBody(state: State, account: Account, network: NetworkDescription): object {
  const { name, router, type, uuid, zone } = network;
  return {
    ip_networks: { ip_network: [network.ip_network] },
    name,
    type,
    uuid,
    zone,
    servers: { server: listServersOnNetwork(state, account, uuid) },
    ...(router === null ? {} : { router }),
  };
}

/**
 * Renders a network with all details: the fields of `toNetworkBody`, labels and routes. In the sandbox, networks have no
 * routes.
 */
export function toNetworkDetails(state: State, account: Account, network: NetworkDescription): object {
  const auto = { enabled: 'no', exclude_by_source: [], filter_by_destination: [], filter_by_route_type: [] };
  const routes = { dhcp_effective_routes: [], dhcp_routes_configuration: { effective_routes_auto_population: auto } };
  return {
    ...toNetworkBody(state, account, network),
    effective_routes: [],
    ip_networks: { ip_network: [{ ...network.ip_network, ...routes }] },
    labels: network.labels,
  };
}

function listServersOnNetwork(state: State, account: Account, network: string): object[] {
  const own = state.servers.filter((it) => it.owner === account.username);
  return own
    .filter((it) => it.interfaces.some((one) => one.network === network))
    .map(({ title, uuid }) => ({ title, uuid }));
}
