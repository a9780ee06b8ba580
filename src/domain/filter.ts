import { isSameAddress } from './address.ts';
import type { Address } from './model.ts';

/** The kinds of access that can be filtered by; the service may know more (R-MOD-7). */
export const accesses = ['public', 'utility', 'private'] as const;
export type Access = (typeof accesses)[number];

/** What `ip list` can be narrowed to; what is undefined does not matter. */
export interface AddressFilter {
  readonly family?: 'IPv4' | 'IPv6' | undefined;
  readonly access?: Access | undefined;
  readonly floating?: boolean | undefined;
  readonly attached?: boolean | undefined;
  readonly delegated?: boolean | undefined;
  readonly zone?: string | undefined;
  /** UUID. */
  readonly server?: string | undefined;
  readonly policy?: 'keep' | 'release' | undefined;
}

/**
 * Returns whether a text occurs in what identifies an address for a person: the address in any spelling, its PTR record or the
 * title of its server; in any case.
 */
export function mentions(ip: Address, text: string, serverTitle: string | null): boolean {
  const wanted = text.toLowerCase();
  return (
    [ip.address, ip.ptr_record, serverTitle ?? ''].some((field) => field.toLowerCase().includes(wanted)) ||
    isSameAddress(ip.address, text)
  );
}

/** Whether it is of a network inside the account: the utility network, or a private (SDN) one. */
export const isInternal = ({ access }: Pick<Address, 'access'>): boolean =>
  access === 'utility' || access === 'private';

/** Whether the address is where nothing uses it: on no server and not delegated. Those of internal networks never are. */
export const isDetached = (ip: Address): boolean =>
  ip.mac === null && ip.server === null && ip.is_delegated === 'no' && !isInternal(ip);

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

/** An address that is delegated, or reserved in a private network, is neither attached nor free: it matches neither filter. */
function attachedState(ip: Address): boolean | undefined {
  if (isDetached(ip)) return false;
  return ip.server === null && (ip.is_delegated === 'yes' || isInternal(ip)) ? undefined : true;
}

function equal<T>(requested: T | undefined, actual: T | null | undefined): boolean {
  return requested === undefined || requested === actual;
}
