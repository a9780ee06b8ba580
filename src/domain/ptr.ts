import { parseIPv6Groups } from './address.ts';
import type { Address } from './model.ts';

/**
 * Returns whether the PTR record is UpCloud's default (R-MOD-5). A default name is in a domain of UpCloud and begins with the
 * address. An IPv4 address is written with dashes, or with dots in older records. Of an IPv6 address, only the last four
 * groups are written, and they are compared by value.
 */
export function isDefaultPtr({ address, ptr_record }: Pick<Address, 'address' | 'ptr_record'>): boolean {
  const name = normalizeDomainName(ptr_record);
  if (!/\.upcloud\.(host|com)$/.test(name)) return false;
  const groups = parseIPv6Groups(address)?.slice(4);
  if (groups === undefined)
    return name.startsWith(`${address.replaceAll('.', '-')}.`) || name.startsWith(`${address}.`);
  const [, label] = /^([0-9a-f]{1,4}(?:-[0-9a-f]{1,4}){3})\.v6\./.exec(name) ?? [];
  const named = label?.split('-').map((group) => Number.parseInt(group, 16));
  return named !== undefined && groups.every((group, i) => group === named[i]);
}

/** Returns whether the address has a custom PTR record: one that is neither empty nor UpCloud's default. */
export function hasCustomPtr(ip: Pick<Address, 'address' | 'ptr_record'>): boolean {
  return ip.ptr_record !== '' && !isDefaultPtr(ip);
}

/** Returns whether two records are the same DNS name, regardless of case and the trailing dot. */
export function isSamePtr(one: string, other: string): boolean {
  return normalizeDomainName(one) === normalizeDomainName(other);
}

const normalizeDomainName = (name: string): string => name.toLowerCase().replace(/\.$/, '');
