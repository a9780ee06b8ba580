import type { Address } from './model.ts';

/** What `ip list` can be narrowed to; what is undefined does not matter. */
export interface AddressFilter {
  readonly family?: 'IPv4' | 'IPv6' | undefined;
  readonly access?: 'public' | 'utility' | undefined;
  readonly floating?: boolean | undefined;
  readonly attached?: boolean | undefined;
  readonly delegated?: boolean | undefined;
  readonly zone?: string | undefined;
  /** UUID. */
  readonly server?: string | undefined;
  readonly policy?: 'keep' | 'release' | undefined;
}

/** Whether the address is where nothing uses it: on no server and not delegated. */
export const isDetached = (ip: Address): boolean => ip.mac === null && ip.server === null && ip.is_delegated === 'no';

export function matches(ip: Address, filter: AddressFilter): boolean {
  return (
    equal(filter.family, ip.family) &&
    equal(filter.access, ip.access) &&
    equal(filter.floating, ip.floating === 'yes') &&
    equal(filter.attached, attachedState(ip)) &&
    equal(filter.delegated, ip.is_delegated === 'yes') &&
    equal(filter.zone, ip.zone) &&
    equal(filter.server, ip.server) &&
    equal(filter.policy, ip.release_policy)
  );
}

/** A delegated address is neither attached to a server nor free: undefined matches neither filter. */
function attachedState(ip: Address): boolean | undefined {
  if (isDetached(ip)) return false;
  return ip.is_delegated === 'yes' && ip.server === null ? undefined : true;
}

function equal<T>(requested: T | undefined, actual: T | null | undefined): boolean {
  return requested === undefined || requested === actual;
}
