/** `/network`: the public and utility networks, which always exist, and the account's SDN networks. */
import type { Account, IpNetwork, PrivateNetwork, State } from '../state.ts';
import { classic, invalid, missing, reject } from './api-error.ts';
import { choice, type Fields, labelsField, object, optionalText, text, wrapped } from './body.ts';
import { knownZone } from './find.ts';
import { newUuid } from './identity.ts';
import { type Network, networkBody, networkDetails, networksOf } from './present-network.ts';
import { defaultGateway, hostsOf } from './private-network.ts';
import { parseUuid } from './syntax.ts';

/** `?zone=` limits the list to one zone. */
export const listNetworks = classic((state, account, { query }) => {
  const zone = query?.zone?.[0];
  const shown = networksOf(state, account).filter((it) => zone === undefined || it.zone === zone);
  const network = shown.map((it) => networkBody(state, account, it));
  return { state, response: { status: 200, body: { networks: { network } } } };
});

export const getNetwork = classic((state, account, { params }) => {
  const network = ownNetwork(state, account, params.uuid ?? '');
  return { state, response: { status: 200, body: { network: networkDetails(state, account, network) } } };
});

export const createNetwork = classic((state, account, { body }, env) => {
  const fields = wrapped(body, 'network');
  const made: PrivateNetwork = {
    uuid: newUuid('03', new Set(state.networks.map((it) => it.uuid)), env),
    owner: account.username,
    name: text(fields, 'name') ?? missing('name'),
    zone: knownZone(state, text(fields, 'zone') ?? missing('zone')).id,
    router: optionalText(fields, 'router') ?? null,
    labels: labelsField(fields) ?? [],
    ip_network: readIpNetwork(ipNetworkOf(fields) ?? missing('ip_networks'), undefined),
  };
  return networkResponse({ ...state, networks: [...state.networks, made] }, account, made.uuid, 201);
});

export const modifyNetwork = classic((state, account, { params, body }) => {
  const before = ownPrivateNetwork(state, account, params.uuid ?? '');
  const fields = wrapped(body, 'network');
  const changed = ipNetworkOf(fields);
  const after: PrivateNetwork = {
    ...before,
    name: text(fields, 'name') ?? before.name,
    router: fields.router === undefined ? before.router : (optionalText(fields, 'router') ?? null),
    labels: labelsField(fields) ?? before.labels,
    ip_network: changed ? readIpNetwork(changed, before.ip_network) : before.ip_network,
  };
  const networks = state.networks.map((it) => (it.uuid === after.uuid ? after : it));
  return networkResponse({ ...state, networks }, account, after.uuid, 200);
});

export const deleteNetwork = classic((state, account, { params }) => {
  const { uuid } = ownPrivateNetwork(state, account, params.uuid ?? '');
  const inUse = state.servers.some((it) => it.interfaces.some(({ network }) => network === uuid));
  if (inUse) reject(409, 'NETWORK_IN_USE', 'Servers are connected to the network.');
  return { state: { ...state, networks: state.networks.filter((it) => it.uuid !== uuid) }, response: { status: 204 } };
});

function networkResponse(state: State, account: Account, uuid: string, status: number) {
  const network = networkDetails(state, account, ownNetwork(state, account, uuid));
  return { state, response: { status, body: { network } } };
}

function ownNetwork(state: State, account: Account, given: string): Network {
  const uuid = parseUuid(given) ?? invalid('network');
  return networksOf(state, account).find((it) => it.uuid === uuid) ?? notFound(uuid);
}

export function ownPrivateNetwork(state: State, account: Account, given: string): PrivateNetwork {
  const uuid = parseUuid(given) ?? invalid('network');
  return state.networks.find((it) => it.uuid === uuid && it.owner === account.username) ?? notFound(uuid);
}

function notFound(uuid: string): never {
  return reject(404, 'NETWORK_NOT_FOUND', `The network ${uuid} does not exist.`);
}

/** Reads the IP network of an SDN network; clients send it as a list or as an object. */
function ipNetworkOf(fields: Fields): Fields | undefined {
  const networks = object(fields, 'ip_networks');
  if (!networks) return undefined;
  const { ip_network } = networks;
  return object({ ip_network: Array.isArray(ip_network) ? ip_network[0] : ip_network }, 'ip_network');
}

function readIpNetwork(fields: Fields, before: IpNetwork | undefined): IpNetwork {
  const address = text(fields, 'address') ?? before?.address ?? missing('address');
  if (!hostsOf(address)) invalid('address');
  const dns = fields.dhcp_dns ?? before?.dhcp_dns ?? [];
  return {
    address,
    dhcp: choice(fields, 'dhcp', ['yes', 'no']) ?? before?.dhcp ?? 'no',
    dhcp_default_route: choice(fields, 'dhcp_default_route', ['yes', 'no']) ?? before?.dhcp_default_route ?? 'no',
    dhcp_dns: Array.isArray(dns) ? dns.map(String) : invalid('dhcp_dns'),
    family: choice(fields, 'family', ['IPv4']) ?? 'IPv4',
    gateway: optionalText(fields, 'gateway') ?? before?.gateway ?? defaultGateway(address),
  };
}
