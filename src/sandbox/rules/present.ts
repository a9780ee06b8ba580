/** Renders an IP address as the API does. */
import type { Address, State } from '../state.ts';
import { findServerOfAddress } from './find.ts';

const toYesNo = (value: boolean): 'yes' | 'no' => (value ? 'yes' : 'no');

/** Renders an address. Optional attributes are present only if they are set (R-MOD-1). */
export function toAddressBody(state: State, it: Address): object {
  const server = findServerOfAddress(state, it);
  return {
    access: it.access,
    address: it.address,
    family: it.family,
    ...(it.part_of_plan ? { part_of_plan: 'yes' } : {}),
    ptr_record: it.ptr_record,
    ...(server ? { server: server.uuid, mac: it.mac } : {}),
    floating: toYesNo(it.floating),
    release_policy: it.release_policy,
    ...(it.load_balancer === null ? {} : { is_delegated: 'yes' }),
    zone: it.zone,
  };
}
