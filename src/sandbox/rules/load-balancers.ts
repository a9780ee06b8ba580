/** Load balancers: plain JSON without a wrapper, and problems for errors. Only what concerns addresses is simulated. */
import type { Account, Environment, LoadBalancer, State } from '../state.ts';
import { missing, service } from './api-error.ts';
import { bodyObject, choice, type Fields, objects, text } from './body.ts';
import { delegate, ownLoadBalancer, readDelegation } from './delegation.ts';
import { knownZone } from './find.ts';
import { newUuid } from './identity.ts';
import { needsCredits } from './limits.ts';
import { afterResourceIsGone } from './policy.ts';

export const listLoadBalancers = service((state, account) => {
  const own = state.loadBalancers.filter((it) => it.owner === account.username);
  return { state, answer: { status: 200, body: own.map(loadBalancerBody) } };
});

export const getLoadBalancer = service((state, account, { params }) => {
  const found = ownLoadBalancer(state, account, params.uuid ?? '');
  return { state, answer: { status: 200, body: loadBalancerBody(found) } };
});

export const createLoadBalancer = service((state, account, { body }, env) => {
  const fields = bodyObject(body);
  const bare = bareLoadBalancer(state, account, fields, env);
  const wanted = (objects(fields, 'ip_addresses') ?? []).map(readDelegation);
  needsCredits(account);
  const empty = { ...state, loadBalancers: [...state.loadBalancers, bare] };
  const next = wanted.reduce<State>((so, it) => delegate(so, account, bare.uuid, it), empty);
  return { state: next, answer: { status: 201, body: loadBalancerBody(ownLoadBalancer(next, account, bare.uuid)) } };
});

/** R-DEL-2, and the release policy of R-POL-1 and R-POL-2. */
export const deleteLoadBalancer = service((state, account, { params }) => {
  const gone = ownLoadBalancer(state, account, params.uuid ?? '');
  const held = state.addresses.filter((it) => it.load_balancer === gone.uuid);
  const left = afterResourceIsGone(state, held);
  const next = { ...left, loadBalancers: left.loadBalancers.filter((it) => it.uuid !== gone.uuid) };
  return { state: next, answer: { status: 204 } };
});

function loadBalancerBody({ owner: _, ...shown }: LoadBalancer): object {
  return shown;
}

function bareLoadBalancer(state: State, account: Account, fields: Fields, env: Environment): LoadBalancer {
  return {
    uuid: newUuid('0a', new Set(state.loadBalancers.map((it) => it.uuid)), env),
    owner: account.username,
    name: text(fields, 'name') ?? missing('name'),
    zone: knownZone(state, text(fields, 'zone') ?? missing('zone')).id,
    plan: text(fields, 'plan') ?? 'development',
    operational_state: 'running',
    created_at: new Date(env.now()).toISOString(),
    networks: (objects(fields, 'networks') ?? [{}]).map(readNetwork),
    ip_addresses: [],
  };
}

function readNetwork(fields: Fields): LoadBalancer['networks'][number] {
  return {
    name: text(fields, 'name') ?? 'public-IPv4',
    type: choice(fields, 'type', ['public', 'private']) ?? 'public',
    family: choice(fields, 'family', ['IPv4', 'IPv6']) ?? 'IPv4',
  };
}
