/** `/network`: the rules for networks. Public and utility networks always exist; accounts create their own SDN networks. */
import type { Account, IpNetwork, PrivateNetwork, State } from '../state.ts';
import { defineRule, reject, rejectInvalidAttribute, rejectMissingAttribute } from './api-error.ts';
import { type BodyFields, readChoice, readLabels, readObject, readOptionalText, readText, unwrapBody } from './body.ts';
import { findZone } from './find.ts';
import { createUuid } from './identity.ts';
import { listNetworksOfAccount, type NetworkDescription, toNetworkBody, toNetworkDetails } from './present-network.ts';
import { getDefaultGateway, getHostRange } from './private-network.ts';
import { parseUuid } from './syntax.ts';

/** Lists networks. With `?zone=`, lists only the networks of this zone. */
export const listNetworks = defineRule((state, account, { query }) => {
  const zone = query?.zone?.[0];
  const shown = listNetworksOfAccount(state, account).filter((it) => zone === undefined || it.zone === zone);
  const network = shown.map((it) => toNetworkBody(state, account, it));
  return { state, response: { status: 200, body: { networks: { network } } } };
});

export const getNetwork = defineRule((state, account, { params }) => {
  const network = findOwnNetwork(state, account, params.uuid ?? '');
  return { state, response: { status: 200, body: { network: toNetworkDetails(state, account, network) } } };
});

export const createNetwork = defineRule((state, account, { body }, env) => {
  const fields = unwrapBody(body, 'network');
  const made: PrivateNetwork = {
    uuid: createUuid('03', new Set(state.networks.map((it) => it.uuid)), env),
    owner: account.username,
    name: readText(fields, 'name') ?? rejectMissingAttribute('name'),
    zone: findZone(state, readText(fields, 'zone') ?? rejectMissingAttribute('zone')).id,
    router: readOptionalText(fields, 'router') ?? null,
    labels: readLabels(fields) ?? [],
    ip_network: readIpNetwork(readIpNetworkFields(fields) ?? rejectMissingAttribute('ip_networks'), undefined),
  };
  return createNetworkResponse({ ...state, networks: [...state.networks, made] }, account, made.uuid, 201);
});

export const modifyNetwork = defineRule((state, account, { params, body }) => {
  const before = findOwnPrivateNetwork(state, account, params.uuid ?? '');
  const fields = unwrapBody(body, 'network');
  const changed = readIpNetworkFields(fields);
  const after: PrivateNetwork = {
    ...before,
    name: readText(fields, 'name') ?? before.name,
    router: fields.router === undefined ? before.router : (readOptionalText(fields, 'router') ?? null),
    labels: readLabels(fields) ?? before.labels,
    ip_network: changed ? readIpNetwork(changed, before.ip_network) : before.ip_network,
  };
  const networks = state.networks.map((it) => (it.uuid === after.uuid ? after : it));
  return createNetworkResponse({ ...state, networks }, account, after.uuid, 200);
});

export const deleteNetwork = defineRule((state, account, { params }) => {
  const { uuid } = findOwnPrivateNetwork(state, account, params.uuid ?? '');
  const inUse = state.servers.some((it) => it.interfaces.some(({ network }) => network === uuid));
  if (inUse) reject(409, 'NETWORK_IN_USE', 'The network cannot be deleted while servers are connected to it.');
  return { state: { ...state, networks: state.networks.filter((it) => it.uuid !== uuid) }, response: { status: 204 } };
});

function createNetworkResponse(state: State, account: Account, uuid: string, status: number) {
  const network = toNetworkDetails(state, account, findOwnNetwork(state, account, uuid));
  return { state, response: { status, body: { network } } };
}

function findOwnNetwork(state: State, account: Account, given: string): NetworkDescription {
  const uuid = parseUuid(given) ?? rejectInvalidAttribute('network');
  return listNetworksOfAccount(state, account).find((it) => it.uuid === uuid) ?? rejectUnknownNetwork(uuid);
}

export function findOwnPrivateNetwork(state: State, account: Account, given: string): PrivateNetwork {
  const uuid = parseUuid(given) ?? rejectInvalidAttribute('network');
  return state.networks.find((it) => it.uuid === uuid && it.owner === account.username) ?? rejectUnknownNetwork(uuid);
}

function rejectUnknownNetwork(uuid: string): never {
  return reject(404, 'NETWORK_NOT_FOUND', `The network ${uuid} does not exist.`);
}

/** Reads the IP network of an SDN network. Clients send it as an object or as a list with one object. */
function readIpNetworkFields(fields: BodyFields): BodyFields | undefined {
  const networks = readObject(fields, 'ip_networks');
  if (!networks) return undefined;
  const { ip_network } = networks;
  return readObject({ ip_network: Array.isArray(ip_network) ? ip_network[0] : ip_network }, 'ip_network');
}

function readIpNetwork(fields: BodyFields, before: IpNetwork | undefined): IpNetwork {
  const address = readText(fields, 'address') ?? before?.address ?? rejectMissingAttribute('address');
  if (!getHostRange(address)) rejectInvalidAttribute('address');
  const dns = fields.dhcp_dns ?? before?.dhcp_dns ?? [];
  return {
    address,
    dhcp: readChoice(fields, 'dhcp', ['yes', 'no']) ?? before?.dhcp ?? 'no',
    dhcp_default_route: readChoice(fields, 'dhcp_default_route', ['yes', 'no']) ?? before?.dhcp_default_route ?? 'no',
    dhcp_dns: Array.isArray(dns) ? dns.map(String) : rejectInvalidAttribute('dhcp_dns'),
    family: readChoice(fields, 'family', ['IPv4']) ?? 'IPv4',
    gateway: readOptionalText(fields, 'gateway') ?? before?.gateway ?? getDefaultGateway(address),
  };
}
