/**
 * The rules of the load balancer API. Its bodies are plain JSON without a wrapper, and its errors follow RFC 7807. In the
 * sandbox, a load balancer only holds floating IPs.
 */
import type { Account, LoadBalancer, LoadBalancerNetwork, SandboxEnvironment, State } from '../state.ts';
import { defineServiceRule, rejectMissingAttribute } from './api-error.ts';
import { type BodyFields, readBody, readChoice, readObjects, readText } from './body.ts';
import { delegateToLoadBalancer, findOwnLoadBalancer, readDelegation } from './delegation.ts';
import { findZone } from './find.ts';
import { createUuid } from './identity.ts';
import { assertCreditsLeft } from './limits.ts';
import { readBackends, readFrontends, readResolvers } from './load-balancer-parts.ts';
import { deleteOrDetachByPolicy } from './policy.ts';
import { toLoadBalancerBody } from './present-load-balancer.ts';

export const listLoadBalancers = defineServiceRule((state, account) => {
  const own = state.loadBalancers.filter((it) => it.owner === account.username);
  return { state, response: { status: 200, body: own.map(toLoadBalancerBody) } };
});

export const getLoadBalancer = defineServiceRule((state, account, { params }) => {
  const found = findOwnLoadBalancer(state, account, params.uuid ?? '');
  return { state, response: { status: 200, body: toLoadBalancerBody(found) } };
});

export const createLoadBalancer = defineServiceRule((state, account, { body }, env) => {
  const fields = readBody(body);
  const bare = createLoadBalancerRecord(state, account, fields, env);
  const requested = (readObjects(fields, 'ip_addresses') ?? []).map(readDelegation);
  assertCreditsLeft(account);
  const empty = { ...state, loadBalancers: [...state.loadBalancers, bare] };
  const next = requested.reduce<State>(
    (current, it) => delegateToLoadBalancer(current, account, bare.uuid, it, env).state,
    empty,
  );
  return {
    state: next,
    response: { status: 201, body: toLoadBalancerBody(findOwnLoadBalancer(next, account, bare.uuid)) },
  };
});

/**
 * Deletes a load balancer. Each of its addresses is detached or deleted, depending on its release policy (R-DEL-2, R-POL-1,
 * R-POL-2).
 */
export const deleteLoadBalancer = defineServiceRule((state, account, { params }) => {
  const gone = findOwnLoadBalancer(state, account, params.uuid ?? '');
  const held = state.addresses.filter((it) => it.load_balancer === gone.uuid);
  const left = deleteOrDetachByPolicy(state, held);
  const next = { ...left, loadBalancers: left.loadBalancers.filter((it) => it.uuid !== gone.uuid) };
  return { state: next, response: { status: 204 } };
});

function createLoadBalancerRecord(
  state: State,
  account: Account,
  fields: BodyFields,
  env: SandboxEnvironment,
): LoadBalancer {
  const now = new Date(env.now()).toISOString();
  const times = { created_at: now, updated_at: now };
  return {
    ...times,
    uuid: createUuid('0a', new Set(state.loadBalancers.map((it) => it.uuid)), env),
    owner: account.username,
    name: readText(fields, 'name') ?? rejectMissingAttribute('name'),
    zone: findZone(state, readText(fields, 'zone') ?? rejectMissingAttribute('zone')).id,
    plan: readText(fields, 'plan') ?? 'development',
    operational_state: 'running',
    configured_status: readChoice(fields, 'configured_status', ['started', 'stopped']) ?? 'started',
    networks: readNetworks(fields).map((it) => ({ ...it, ...times })),
    ip_addresses: [],
    labels: (readObjects(fields, 'labels') ?? []).map((it) => ({
      key: readText(it, 'key') ?? '',
      value: readText(it, 'value') ?? '',
    })),
    backends: readBackends(fields, times),
    frontends: readFrontends(fields, times),
    resolvers: readResolvers(fields, times),
  };
}

type RequestedNetwork = Omit<LoadBalancerNetwork, 'created_at' | 'updated_at'>;

/**
 * Reads the networks of a load balancer. Older clients send only `network_uuid`, the UUID of a private network. The load
 * balancer then also gets a public network.
 */
function readNetworks(fields: BodyFields): readonly RequestedNetwork[] {
  const publicIPv4: RequestedNetwork = { name: 'public-IPv4', type: 'public', family: 'IPv4' };
  const older = readText(fields, 'network_uuid');
  const given = readObjects(fields, 'networks')?.map(readNetwork);
  if (given) return given;
  return older ? [publicIPv4, { name: 'private', type: 'private', family: 'IPv4', uuid: older }] : [publicIPv4];
}

function readNetwork(fields: BodyFields): RequestedNetwork {
  return {
    name: readText(fields, 'name') ?? 'public-IPv4',
    type: readChoice(fields, 'type', ['public', 'private']) ?? 'public',
    family: readChoice(fields, 'family', ['IPv4', 'IPv6']) ?? 'IPv4',
    uuid: readText(fields, 'uuid'),
  };
}
