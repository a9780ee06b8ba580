import type { Address } from '../api/schema.ts';

/**
 * Whether the PTR record is the one that UpCloud sets by itself (R-MOD-5): the address with dashes, or the last four
 * groups of an IPv6 address, below a name of UpCloud's own.
 */
export function isDefaultPtr(ip: Pick<Address, 'address' | 'ptr_record'>): boolean {
  const own = ip.address.includes(':')
    ? `${ip.address.split(':').slice(-4).join('-')}.v6.`
    : `${ip.address.replaceAll('.', '-')}.`;
  return ip.ptr_record.startsWith(own) && /\.upcloud\.(host|com)$/.test(ip.ptr_record);
}
