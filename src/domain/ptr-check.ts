import { isSameAddress, parseIPv6Groups } from './address.ts';
import type { Address } from './model.ts';
import { isSamePtr } from './ptr.ts';

/**
 * The result of a check of a PTR record:
 * - `ok`: DNS has the PTR record, and its name points back to the address (forward-confirmed reverse DNS)
 * - `not-yet`: DNS has no PTR record, or only records that differ from the API's
 * - `mismatch`: the name points only to other addresses
 * - `no-forward`: the name has no A record (AAAA for IPv6)
 * - `unknown`: the DNS lookup failed
 */
export type PtrCheckState = 'ok' | 'not-yet' | 'mismatch' | 'no-forward' | 'unknown';

/** The PTR record of one address in the API, compared with DNS. */
export interface PtrCheck {
  readonly address: string;
  /** The PTR record in the API. */
  readonly ptr_record: string;
  readonly state: PtrCheckState;
  /** The PTR records of the address in DNS. */
  readonly dns_ptr_records: readonly string[];
  /** The addresses in the A records of `ptr_record`, or in its AAAA records for an IPv6 address. */
  readonly forward_addresses: readonly string[];
  /** The lowest TTL of the records in `forward_addresses`, in seconds; null if there are none. */
  readonly forward_ttl: number | null;
  /** Why the DNS lookup failed; null if it did not fail. */
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** An A or AAAA record; `ttl` in seconds. */
export interface ForwardRecord {
  readonly address: string;
  readonly ttl: number;
}

/**
 * Compares the PTR record in the API with DNS.
 * @param names the PTR records of the address in DNS
 * @param forward the A or AAAA records of the API's PTR record
 */
export function comparePtrWithDns(
  { address, ptr_record }: Pick<Address, 'address' | 'ptr_record'>,
  names: readonly string[],
  forward: readonly ForwardRecord[],
): PtrCheck {
  const ttls = forward.map(({ ttl }) => ttl);
  const isPublished = names.some((name) => isSamePtr(name, ptr_record));
  const pointsBack = forward.some((record) => isSameAddress(record.address, address));
  return {
    address,
    ptr_record,
    state: !isPublished ? 'not-yet' : pointsBack ? 'ok' : forward.length > 0 ? 'mismatch' : 'no-forward',
    dns_ptr_records: names,
    forward_addresses: forward.map((record) => record.address),
    forward_ttl: ttls.length > 0 ? Math.min(...ttls) : null,
    error: null,
  };
}

/** Returns the DNS name of the PTR record of an address (RFC 1035, RFC 3596). */
export function toReverseDnsName(address: string): string {
  const groups = parseIPv6Groups(address);
  if (groups === undefined) return `${address.split('.').reverse().join('.')}.in-addr.arpa`;
  const digits = groups.flatMap((group) => [...group.toString(16).padStart(4, '0')]);
  return `${digits.reverse().join('.')}.ip6.arpa`;
}
