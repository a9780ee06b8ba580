import { ipv6Groups, isSameAddress } from './address.ts';
import type { Address } from './model.ts';
import { samePtr } from './ptr.ts';

/**
 * - `ok`: DNS has the PTR record, and its name points back at the address (forward-confirmed reverse DNS)
 * - `not-yet`: DNS has no PTR record or another one than the API
 * - `mismatch`: the name points elsewhere
 * - `no-forward`: the name has no A record (AAAA for IPv6) at all
 * - `unknown`: it could not be looked up
 */
export type PtrCheckState = 'ok' | 'not-yet' | 'mismatch' | 'no-forward' | 'unknown';

/** One address as the API and the DNS see it. */
export interface PtrCheck {
  readonly address: string;
  /** What the API says. */
  readonly ptr_record: string;
  readonly state: PtrCheckState;
  /** What DNS says of the address. */
  readonly dns_ptr_records: readonly string[];
  /** What DNS says of the API's name, in the address's family. */
  readonly forward_addresses: readonly string[];
  /** How long that may be kept, in seconds; null where there is none. */
  readonly forward_ttl: number | null;
  /** Why it could not be looked up. */
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** An A or AAAA record; `ttl` in seconds. */
export interface ForwardRecord {
  readonly address: string;
  readonly ttl: number;
}

/**
 * What DNS says, against what the API says.
 * @param forward the A or AAAA records of the API's name
 */
export function judgePtr(
  { address, ptr_record }: Pick<Address, 'address' | 'ptr_record'>,
  names: readonly string[],
  forward: readonly ForwardRecord[],
): PtrCheck {
  const ttls = forward.map(({ ttl }) => ttl);
  const isThere = names.some((name) => samePtr(name, ptr_record));
  const pointsBack = forward.some((record) => isSameAddress(record.address, address));
  return {
    address,
    ptr_record,
    state: !isThere ? 'not-yet' : pointsBack ? 'ok' : forward.length > 0 ? 'mismatch' : 'no-forward',
    dns_ptr_records: names,
    forward_addresses: forward.map((record) => record.address),
    forward_ttl: ttls.length > 0 ? Math.min(...ttls) : null,
    error: null,
  };
}

/** The name under which DNS keeps the PTR record of an address (RFC 1035, RFC 3596). */
export function reverseName(address: string): string {
  const groups = ipv6Groups(address);
  if (groups === undefined) return `${address.split('.').reverse().join('.')}.in-addr.arpa`;
  const digits = groups.flatMap((group) => [...group.toString(16).padStart(4, '0')]);
  return `${digits.reverse().join('.')}.ip6.arpa`;
}
