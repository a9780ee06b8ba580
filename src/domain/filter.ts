import { isSameAddress } from './address.ts';
import type { Address, ListedAddress } from './model.ts';

/** The access types that `--access` accepts; the service may have more (R-MOD-7). */
export const accessTypes = ['public', 'utility', 'private'] as const;
export type Access = (typeof accessTypes)[number];

/** The filters of `ip list`. An undefined filter matches every address. */
export interface AddressFilter {
  readonly family?: 'IPv4' | 'IPv6' | undefined;
  readonly access?: Access | undefined;
  readonly floating?: boolean | undefined;
  readonly attached?: boolean | undefined;
  readonly delegated?: boolean | undefined;
  readonly zone?: string | undefined;
  /** The UUID of the server that the address is on. */
  readonly server?: string | undefined;
  readonly policy?: 'keep' | 'release' | undefined;
}

/**
 * Returns whether a text occurs in the address, its PTR record or the title of its server, regardless of case. A complete
 * address matches in any spelling.
 */
export function matchesSearchText(ip: Address, text: string, serverTitle: string | null): boolean {
  // Normalize both texts: macOS often stores an accented letter as two characters, a letter and an accent.
  const foldCase = (field: string) => field.normalize('NFC').toLowerCase();
  const wanted = foldCase(text);
  return (
    [ip.address, ip.ptr_record, serverTitle ?? ''].some((field) => foldCase(field).includes(wanted)) ||
    isSameAddress(ip.address, text)
  );
}

/** Returns whether the address belongs to an internal network: the utility network or a private (SDN) network. */
export const isInternal = ({ access }: Pick<Address, 'access'>): boolean =>
  access === 'utility' || access === 'private';

/** Returns whether the address is on no server and not delegated. Returns false for addresses of internal networks. */
export const isDetached = (ip: ListedAddress): boolean =>
  ip.mac === null && ip.server === null && ip.is_delegated === 'no' && !isInternal(ip);

/** Returns whether the address passes every filter. */
export function matchesAddressFilter(ip: Address, filter: AddressFilter): boolean {
  return (
    matchesOptionalValue(filter.family, ip.family) &&
    matchesOptionalValue(filter.access, ip.access) &&
    matchesOptionalValue(filter.floating, ip.floating === 'yes') &&
    matchesOptionalValue(filter.attached, isAttached(ip)) &&
    matchesOptionalValue(filter.delegated, ip.is_delegated === 'yes') &&
    matchesOptionalValue(filter.zone, ip.zone) &&
    matchesOptionalValue(filter.server, ip.server) &&
    matchesOptionalValue(filter.policy, ip.release_policy)
  );
}

/**
 * Returns true if the address is attached, and false if it is detached. Returns undefined if it is delegated or reserved in a
 * private network: neither `--attached` nor `--detached` matches such an address.
 */
function isAttached(ip: Address): boolean | undefined {
  if (isDetached(ip)) return false;
  return ip.server === null && (ip.is_delegated === 'yes' || isInternal(ip)) ? undefined : true;
}

function matchesOptionalValue<T>(requested: T | undefined, actual: T | null | undefined): boolean {
  return requested === undefined || requested === actual;
}
