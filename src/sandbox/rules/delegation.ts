/** Handing a floating address to a load balancer, and taking it back. */
import { errorCodes } from '../readings.ts';
import type { Account, Address, LoadBalancer, State } from '../state.ts';
import { invalid, missing, refuse, service } from './api-error.ts';
import { bodyObject, type Fields, ipv4Field, onlyKnown, text } from './body.ts';
import { replaceAddress } from './change.ts';
import { ownAddress } from './find.ts';
import { floatingNotAvailable } from './limits.ts';
import { needsNotDelegated } from './modify.ts';
import { afterResourceIsGone } from './policy.ts';
import { parseUuid } from './syntax.ts';

type Delegation = LoadBalancer['ip_addresses'][number];

export const listDelegations = service((state, account, { params }) => {
  const { ip_addresses } = ownLoadBalancer(state, account, params.uuid ?? '');
  return { state, answer: { status: 200, body: ip_addresses } };
});

/** R-DEL-1. */
export const addDelegation = service((state, account, { params, body }) => {
  const holder = ownLoadBalancer(state, account, params.uuid ?? '');
  const wanted = readDelegation(bodyObject(body));
  return { state: delegate(state, account, holder.uuid, wanted), answer: { status: 201, body: wanted } };
});

/** R-DEL-2. */
export const removeDelegation = service((state, account, { params }) => {
  const holder = ownLoadBalancer(state, account, params.uuid ?? '');
  const address = ownAddress(state, account, params.address ?? '');
  if (address.load_balancer !== holder.uuid) {
    refuse(404, 'IP_ADDRESS_NOT_FOUND', `The IP address ${address.address} is not held by this load balancer.`);
  }
  const ip_addresses = holder.ip_addresses.filter((it) => it.address !== address.address);
  const next = replaceLoadBalancer(afterResourceIsGone(state, [address]), { ...holder, ip_addresses });
  return { state: next, answer: { status: 204 } };
});

export function ownLoadBalancer(state: State, account: Account, text: string): LoadBalancer {
  const uuid = parseUuid(text);
  const found = state.loadBalancers.find((it) => it.uuid === uuid && it.owner === account.username);
  return found ?? refuse(404, errorCodes.unknownLoadBalancer, 'The load balancer does not exist.');
}

export function readDelegation(fields: Fields): Delegation {
  onlyKnown(fields, ['address', 'network_name']);
  return {
    address: ipv4Field(fields, 'address') ?? missing('address'),
    network_name: text(fields, 'network_name') ?? missing('network_name'),
  };
}

export function delegate(state: State, account: Account, uuid: string, wanted: Delegation): State {
  const holder = ownLoadBalancer(state, account, uuid);
  const network = holder.networks.find((it) => it.name === wanted.network_name);
  if (network?.type !== 'public' || network.family !== 'IPv4') invalid('network_name');
  const address = ownAddress(state, account, wanted.address);
  needsDelegatable(address, holder);
  const handed = replaceAddress(state, { ...address, load_balancer: holder.uuid });
  return replaceLoadBalancer(handed, { ...holder, ip_addresses: [...holder.ip_addresses, wanted] });
}

function needsDelegatable(it: Address, holder: LoadBalancer): void {
  needsNotDelegated(it);
  if (!it.floating) floatingNotAvailable('Only a floating IP address can be delegated.');
  if (it.mac !== null) {
    floatingNotAvailable('The IP address is attached to a server: detach it first.');
  }
  if (it.zone === holder.zone) return;
  const why = `The IP address is in zone ${it.zone}, the load balancer in ${holder.zone}.`;
  floatingNotAvailable(why);
}

function replaceLoadBalancer(state: State, next: LoadBalancer): State {
  return { ...state, loadBalancers: state.loadBalancers.map((it) => (it.uuid === next.uuid ? next : it)) };
}
