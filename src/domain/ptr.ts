import type { Address } from './model.ts';

/**
 * Whether the PTR record is the one that UpCloud sets by itself (R-MOD-5): the address with dashes (in older ones with dots), or
 * the last four groups of an IPv6 address, below a name of UpCloud's own.
 */
export function isDefaultPtr(ip: Pick<Address, 'address' | 'ptr_record'>): boolean {
  const own = ip.address.includes(':')
    ? [`${ip.address.split(':').slice(-4).join('-')}.v6.`]
    : [`${ip.address.replaceAll('.', '-')}.`, `${ip.address}.`];
  return own.some((start) => ip.ptr_record.startsWith(start)) && /\.upcloud\.(host|com)$/.test(ip.ptr_record);
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
