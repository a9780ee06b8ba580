/** Delegates floating IPs to load balancers, and ends delegations. */
import type { Account, Address, Delegation, LoadBalancer, SandboxEnvironment, State } from '../state.ts';
import { defineServiceRule, reject, rejectInvalidAttribute, rejectMissingAttribute } from './api-error.ts';
import { type BodyFields, readBody, readIPv4, readText, rejectUnknownAttributes } from './body.ts';
import { replaceAddress } from './change.ts';
import { findOwnAddress } from './find.ts';
import { rejectFloatingIp } from './limits.ts';
import { assertNotDelegated } from './modify.ts';
import { deleteOrDetachByPolicy } from './policy.ts';
import { parseUuid } from './syntax.ts';

interface RequestedDelegation {
  readonly address: string;
  /** The name of a network of the load balancer. If undefined, its first public IPv4 network is used. */
  readonly network_name: string | undefined;
}

export const listDelegations = defineServiceRule((state, account, { params }) => {
  const { ip_addresses } = findOwnLoadBalancer(state, account, params.uuid ?? '');
  return { state, response: { status: 200, body: ip_addresses } };
});

/** Delegates a floating IP to a load balancer (R-DEL-1). */
export const addDelegation = defineServiceRule((state, account, { params, body }, env) => {
  const holder = findOwnLoadBalancer(state, account, params.uuid ?? '');
  const requested = readDelegation(readBody(body));
  const { state: next, made } = delegateToLoadBalancer(state, account, holder.uuid, requested, env);
  return { state: next, response: { status: 201, body: made } };
});

/** Ends the delegation of a floating IP. The address is then detached or deleted, depending on its release policy (R-DEL-2). */
export const removeDelegation = defineServiceRule((state, account, { params }) => {
  const holder = findOwnLoadBalancer(state, account, params.uuid ?? '');
  const address = findOwnAddress(state, account, params.address ?? '');
  if (address.load_balancer !== holder.uuid) {
    reject(404, 'IP_ADDRESS_NOT_FOUND', `The IP address ${address.address} is not held by this load balancer.`);
  }
  const ip_addresses = holder.ip_addresses.filter((it) => it.address !== address.address);
  const next = replaceLoadBalancer(deleteOrDetachByPolicy(state, [address]), { ...holder, ip_addresses });
  return { state: next, response: { status: 204 } };
});

export function findOwnLoadBalancer(state: State, account: Account, text: string): LoadBalancer {
  const uuid = parseUuid(text);
  const found = state.loadBalancers.find((it) => it.uuid === uuid && it.owner === account.username);
  return found ?? reject(404, 'RESOURCE_NOT_FOUND', 'Service not found.');
}

export function readDelegation(fields: BodyFields): RequestedDelegation {
  rejectUnknownAttributes(fields, ['address', 'network_name']);
  return {
    address: readIPv4(fields, 'address') ?? rejectMissingAttribute('address'),
    network_name: readText(fields, 'network_name') || undefined,
  };
}

export function delegateToLoadBalancer(
  state: State,
  account: Account,
  uuid: string,
  requested: RequestedDelegation,
  env: SandboxEnvironment,
): { readonly state: State; readonly made: Delegation } {
  const holder = findOwnLoadBalancer(state, account, uuid);
  const network_name = choosePublicNetworkName(holder, requested.network_name);
  const address = findOwnAddress(state, account, requested.address);
  assertDelegatable(address, holder);
  const now = new Date(env.now()).toISOString();
  const made = { address: address.address, network_name, created_at: now, updated_at: now };
  const handed = replaceAddress(state, { ...address, load_balancer: holder.uuid });
  const ip_addresses = [...holder.ip_addresses, made];
  return { state: replaceLoadBalancer(handed, { ...holder, ip_addresses, updated_at: now }), made };
}

function choosePublicNetworkName({ networks }: LoadBalancer, requested: string | undefined): string {
  const fit = networks.filter((it) => it.type === 'public' && it.family === 'IPv4');
  const found = requested === undefined ? fit[0] : fit.find((it) => it.name === requested);
  return found?.name ?? rejectInvalidAttribute('network_name');
}

function assertDelegatable(it: Address, holder: LoadBalancer): void {
  assertNotDelegated(it);
  if (!it.floating) rejectFloatingIp('Only a floating IP address can be delegated.');
  if (it.mac !== null) {
    rejectFloatingIp('The IP address is attached to a server: detach it first.');
  }
  if (it.zone === holder.zone) return;
  const why = `The IP address is in zone ${it.zone}, the load balancer in ${holder.zone}.`;
  rejectFloatingIp(why);
}

function replaceLoadBalancer(state: State, next: LoadBalancer): State {
  return { ...state, loadBalancers: state.loadBalancers.map((it) => (it.uuid === next.uuid ? next : it)) };
}
