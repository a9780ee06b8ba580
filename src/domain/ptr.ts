import { ipv6Groups } from './address.ts';
import type { Address } from './model.ts';

/**
 * Returns whether the PTR record is the one that UpCloud sets by itself (R-MOD-5): the address with dashes (in older ones with
 * dots), or the last four groups of an IPv6 address, below a name of UpCloud's own. The groups are compared by value.
 */
export function isDefaultPtr({ address, ptr_record }: Pick<Address, 'address' | 'ptr_record'>): boolean {
  const name = bare(ptr_record);
  if (!/\.upcloud\.(host|com)$/.test(name)) return false;
  const groups = ipv6Groups(address)?.slice(4);
  if (groups === undefined)
    return name.startsWith(`${address.replaceAll('.', '-')}.`) || name.startsWith(`${address}.`);
  const [, label] = /^([0-9a-f]{1,4}(?:-[0-9a-f]{1,4}){3})\.v6\./.exec(name) ?? [];
  const named = label?.split('-').map((group) => Number.parseInt(group, 16));
  return named !== undefined && groups.every((group, i) => group === named[i]);
}

/** Whether somebody gave the address a PTR record of their own: neither none nor UpCloud's default. */
export function hasOwnPtr(ip: Pick<Address, 'address' | 'ptr_record'>): boolean {
  return ip.ptr_record !== '' && !isDefaultPtr(ip);
}

/** Whether two records are the same name: DNS knows no case, and the dot at the end is a spelling. */
export function samePtr(one: string, other: string): boolean {
  return bare(one) === bare(other);
}

const bare = (name: string): string => name.toLowerCase().replace(/\.$/, '');
