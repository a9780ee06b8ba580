import { isDetached } from './filter.ts';
import type { Address, ListedAddress } from './model.ts';
import { hasCustomPtr, isSamePtr } from './ptr.ts';
import { sortByAddress } from './ptr-plan.ts';

/** Returns whether nothing uses a floating IP: it is on no server, and no service holds it. */
export function isUnusedFloatingIp(ip: ListedAddress): ip is Address {
  return ip.floating === 'yes' && isDetached(ip);
}

/**
 * Returns the unused floating IPs of a zone in the order in which they should be reused: first those with the requested PTR
 * record, then those with UpCloud's default. Those with another custom record are last, because they probably have a purpose
 * already.
 */
export function listReusableAddresses(zone: string, all: readonly ListedAddress[], ptr: string | undefined): Address[] {
  const rankByPtr = (ip: Address) =>
    ptr !== undefined && isSamePtr(ip.ptr_record, ptr) ? 0 : hasCustomPtr(ip) ? 2 : 1;
  const free = all.filter(isUnusedFloatingIp).filter((ip) => ip.zone === zone);
  return sortByAddress(free).toSorted((one, other) => rankByPtr(one) - rankByPtr(other));
}
