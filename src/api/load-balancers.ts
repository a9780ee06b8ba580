import * as v from 'valibot';
import { isSameAddress } from '../domain/address.ts';
import type { Address, LoadBalancer } from '../domain/model.ts';
import { getAddressIfExists } from './addresses.ts';
import { type ChangeCheckResult, changeAndConfirm } from './change-and-confirm.ts';
import { delegationResponseSchema, loadBalancerListResponseSchema, loadBalancerResponseSchema } from './schema.ts';
import type { Api, ChangeRequest, ReadOptions } from './transport.ts';

/**
 * Fetches the load balancers of the account, each with the addresses that are delegated to it (`GET /load-balancer`,
 * R-DEL-1).
 */
export async function listLoadBalancers(api: Api): Promise<LoadBalancer[]> {
  return api.read(['load-balancer'], loadBalancerListResponseSchema);
}

/** Fetches one load balancer (`GET /load-balancer/{uuid}`). Throws UpcError. */
async function getLoadBalancer(api: Api, uuid: string, options?: ReadOptions): Promise<LoadBalancer> {
  return api.read(['load-balancer', uuid], loadBalancerResponseSchema, options);
}

/** Returns whether the address is in the load balancer's list of delegated addresses. */
function holdsAddress({ ip_addresses }: LoadBalancer, address: string): boolean {
  return ip_addresses.some((held) => isSameAddress(held.address, address));
}

// These functions build the requests that delegate an address and take it back, both for sending and for a dry run.
export const createDelegationRequest = (uuid: string, address: string, network: string | undefined): ChangeRequest => ({
  method: 'POST',
  segments: ['load-balancer', uuid, 'ip-addresses'],
  body: { address, ...(network !== undefined && { network_name: network }) },
});
export const createUndelegationRequest = (uuid: string, address: string): ChangeRequest => ({
  method: 'DELETE',
  segments: ['load-balancer', uuid, 'ip-addresses', address],
});

/**
 * Delegates an address to a load balancer (`POST /load-balancer/{uuid}/ip-addresses`, R-DEL-1). If the response is lost, a
 * read of the load balancer shows whether the change was carried out (T-5). Repeating the request is safe, because a load
 * balancer has each address only once.
 * @param network undefined for the only public network
 * @throws UpcError of the API, UnknownOutcomeError
 */
export async function delegateAddress(
  api: Api,
  { address }: Address,
  { uuid, name }: LoadBalancer,
  network: string | undefined,
): Promise<void> {
  const plausible = v.pipe(
    delegationResponseSchema,
    v.check((made) => isSameAddress(made.address, address), 'describes another address'),
  );
  return changeAndConfirm<void>(api, {
    what: `the delegation of ${address}`,
    checkCommand: `ip show ${address}`,
    isRepeatable: true,
    send: async () => void (await api.change(createDelegationRequest(uuid, address, network), plausible)),
    check: async () =>
      holdsAddress(await getLoadBalancer(api, uuid, { isOutcomeCheck: true }), address)
        ? { isDone: true, value: undefined }
        : { isDone: false, observed: `load balancer ${name} did not hold it` },
  });
}

/**
 * Takes an address back from a load balancer (`DELETE /load-balancer/{uuid}/ip-addresses/{address}`, R-DEL-2). If the
 * response is lost, reads of the load balancer and the address show whether the change was carried out (T-5).
 * @param isReleased whether the release policy deletes the address. If so, a 404 for the address proves success
 * @throws UpcError of the API, UnknownOutcomeError
 */
export async function undelegateAddress(
  api: Api,
  { address }: Address,
  { uuid, name }: LoadBalancer,
  isReleased: boolean,
): Promise<void> {
  const check = async (): Promise<ChangeCheckResult<void>> => {
    const holder = await getLoadBalancer(api, uuid, { isOutcomeCheck: true });
    if (holdsAddress(holder, address)) return { isDone: false, observed: `load balancer ${name} still held it` };
    const now = await getAddressIfExists(api, address, { isOutcomeCheck: true });
    if (now === undefined)
      return isReleased
        ? { isDone: true, value: undefined }
        : { isDone: false, observed: 'it was not on this account' };
    return now.is_delegated === 'no'
      ? { isDone: true, value: undefined }
      : { isDone: false, observed: 'it was delegated' };
  };
  return changeAndConfirm<void>(api, {
    what: `the return of ${address} from load balancer ${name}`,
    checkCommand: `ip show ${address}`,
    isRepeatable: true,
    send: () => api.change(createUndelegationRequest(uuid, address), v.undefined()),
    check,
  });
}
