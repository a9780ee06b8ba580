import { UsageError } from '../core/errors.ts';
import { addressKey, addressSortKey } from './address.ts';
import { isInternal } from './filter.ts';
import type { Address } from './model.ts';
import { hasOwnPtr, isDefaultPtr, samePtr } from './ptr.ts';
import type { PtrEntry } from './ptr-file.ts';

/** What a plan needs to know of an address. */
export type PtrState = Pick<Address, 'address' | 'access' | 'ptr_record'>;

/**
 * One difference between the account and a file: a hostname where UpCloud's default was, another hostname, the default
 * again, or an address that is not on the account.
 */
export interface PtrStep {
  /** As the service spells it; canonical where it is not on the account. */
  readonly address: string;
  readonly action: 'add' | 'change' | 'reset' | 'unknown';
  /** The PTR record as it is; null where nothing is known of it. */
  readonly from: string | null;
  /** The PTR record to be; null for UpCloud's default. */
  readonly to: string | null;
}

export interface PlanOptions {
  /** Addresses that the file does not name get the default back. */
  readonly prune?: boolean | undefined;
}

/**
 * The differences between the account's reverse DNS and a file, sorted by address; empty where there is none. A file that
 * names UpCloud's own default for an address wishes for the default, whatever its zone is called.
 * @throws UsageError that names every address in the file that has no PTR record (R-MOD-D)
 */
export function planPtr(
  addresses: readonly PtrState[],
  entries: readonly PtrEntry[],
  { prune = false }: PlanOptions = {},
): PtrStep[] {
  const known = new Map(addresses.map((ip) => [addressKey(ip.address), ip]));
  assertPublic(entries, known);
  const named = new Set(entries.map(({ address }) => addressKey(address)));
  const steps = [
    ...entries.map((entry) => stepFor(entry, known.get(addressKey(entry.address)))),
    ...(prune
      ? addresses.filter((ip) => !named.has(addressKey(ip.address)) && ip.access === 'public').map(resetStep)
      : []),
  ].filter((step) => step !== undefined);
  return sortByAddress(steps);
}

/** In the order of the numbers, IPv4 before IPv6. */
export function sortByAddress<T extends { readonly address: string }>(items: readonly T[]): T[] {
  const keyed = items.map((item) => ({ item, key: addressSortKey(item.address) }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ item }) => item);
}

function stepFor({ address, hostname }: PtrEntry, ip: PtrState | undefined): PtrStep | undefined {
  if (ip === undefined) return { address, action: 'unknown', from: null, to: hostname };
  const from = ip.ptr_record;
  if (samePtr(from, hostname)) return undefined;
  if (isDefaultPtr({ address, ptr_record: hostname })) return resetStep(ip);
  return { address: ip.address, action: hasOwnPtr(ip) ? 'change' : 'add', from, to: hostname };
}

function resetStep(ip: PtrState): PtrStep | undefined {
  return hasOwnPtr(ip) ? { address: ip.address, action: 'reset', from: ip.ptr_record, to: null } : undefined;
}

function assertPublic(entries: readonly PtrEntry[], known: ReadonlyMap<string, PtrState>): void {
  const problems = entries.flatMap(({ address, line }) => {
    const ip = known.get(addressKey(address));
    return ip && isInternal(ip) ? `Line ${line}: ${ip.address} is a ${ip.access} address and has no PTR record.` : [];
  });
  if (problems.length === 0) return;
  throw new UsageError(
    problems,
    'Reverse DNS can be set on public addresses only. Nothing was sent.',
    'PTR_RECORD_NOT_SUPPORTED',
  );
}
