import { ConflictError, UsageError } from '../core/errors.ts';
import { isSameAddress } from './address.ts';
import { describeHolder } from './address-details.ts';
import type { Address, LoadBalancer } from './model.ts';

export interface DelegationFacts {
  readonly target: LoadBalancer;
  /** The network that the user names; undefined if the user names none. */
  readonly network: string | undefined;
  readonly loadBalancers: readonly LoadBalancer[];
}

/**
 * Returns whether a floating IP is delegated to the load balancer already, in the network that the user names.
 * @throws ConflictError if the load balancer holds it in another network
 */
export function isDelegatedAsRequested(ip: Address, { target, network }: DelegationFacts): boolean {
  const held = target.ip_addresses.find(({ address }) => isSameAddress(address, ip.address));
  // Check `is_delegated`, too: just after `upc ip float undelegate`, the load balancer may still list the address (T-17).
  if (held === undefined || ip.is_delegated !== 'yes') return false;
  if (network === undefined || held.network_name === '' || held.network_name === network) return true;
  throw createDelegatedElsewhereError(ip, `network ${held.network_name} of load balancer '${target.name}'`);
}

/**
 * Checks that a floating IP can be delegated to a load balancer, or is delegated to it already (R-DEL-1).
 * @throws UsageError if the load balancer is in another zone; ConflictError if the floating IP is on a server, or is delegated
 *   to another load balancer or another network
 */
export function assertDelegatable(ip: Address, facts: DelegationFacts): void {
  const { target, loadBalancers } = facts;
  if (ip.zone !== target.zone && target.zone !== '') {
    throw new UsageError(
      `${ip.address} belongs to zone ${ip.zone}, but load balancer '${target.name}' is in ${target.zone}.`,
      `Choose a load balancer in zone ${ip.zone}: a floating IP cannot leave its zone.`,
      'FLOATING_IP_NOT_AVAILABLE',
    );
  }
  if (isDelegatedAsRequested(ip, facts)) return;
  if (ip.is_delegated === 'yes') throw createDelegatedElsewhereError(ip, describeHolder(ip.address, loadBalancers));
  if (ip.server === null) return;
  throw new ConflictError(`${ip.address} is attached to a server: only a detached floating IP can be delegated.`, {
    code: 'ADDRESS_ATTACHED',
    hint: (upc) => `Detach it first: ${upc(`ip float detach ${ip.address}`)}`,
  });
}

function createDelegatedElsewhereError({ address }: Address, where: string): ConflictError {
  return new ConflictError(`${address} is already delegated to ${where}.`, {
    code: 'ADDRESS_DELEGATED_ELSEWHERE',
    hint: (upc) => `Take the address back first: ${upc(`ip float undelegate ${address}`)}`,
  });
}
