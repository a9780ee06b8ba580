import { getAddressByAnySpelling } from '../../api/addresses.ts';
import { repeatCheckUntil } from '../../api/change-and-confirm.ts';
import { listLoadBalancers } from '../../api/load-balancers.ts';
import type { Api } from '../../api/transport.ts';
import { findHoldingService } from '../../domain/address-details.ts';
import type { Address, LoadBalancer } from '../../domain/model.ts';

export interface DelegationState {
  readonly ip: Address;
  readonly loadBalancers: readonly LoadBalancer[];
}

/**
 * Reads an address and the load balancers. After a change, one of the two reads may still show the old state (T-17). If a
 * load balancer lists the address, but the address is not delegated, reads both again for about five seconds.
 * @param canonical the address in canonical spelling
 * @throws NotFoundError if the address is not on the account
 */
export async function fetchDelegationState(api: Api, canonical: string): Promise<DelegationState> {
  const read = async (): Promise<DelegationState> => {
    const [ip, loadBalancers] = await Promise.all([getAddressByAnySpelling(api, canonical), listLoadBalancers(api)]);
    return { ip, loadBalancers };
  };
  const first = await read();
  return isDelegationConsistent(first)
    ? first
    : ((await repeatCheckUntil(api, read, isDelegationConsistent))?.value ?? first);
}

function isDelegationConsistent({ ip, loadBalancers }: DelegationState): boolean {
  return ip.is_delegated === 'yes' || findHoldingService(ip.address, loadBalancers).uuid === null;
}
