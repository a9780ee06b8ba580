import { UsageError } from '../core/errors.ts';
import { createAddressSortKey, toCanonicalAddress } from './address.ts';
import { isInternal } from './filter.ts';
import type { Address } from './model.ts';
import { hasCustomPtr, isDefaultPtr, isSamePtr } from './ptr.ts';
import type { PtrEntry } from './ptr-file.ts';

/** The fields of an address that a plan compares. */
export type AddressPtr = Pick<Address, 'address' | 'access' | 'ptr_record'>;

/**
 * One difference between the account and a reverse DNS file. The action `add` replaces the default PTR record with a
 * hostname. `change` replaces a custom PTR record, and `reset` restores the default. `unknown` means that the address is not
 * on the account.
 */
export interface PtrStep {
  /** The address in the service's spelling, or in canonical spelling if the address is not on the account. */
  readonly address: string;
  readonly action: 'add' | 'change' | 'reset' | 'unknown';
  /** The current PTR record; null if unknown. */
  readonly from: string | null;
  /** The requested PTR record; null for UpCloud's default. */
  readonly to: string | null;
}

export interface PtrPlanOptions {
  /** Whether to reset an address to its default PTR record if the file does not name the address. */
  readonly prune?: boolean | undefined;
}

/**
 * Returns the differences between the account's reverse DNS and a file, sorted by address. If the file contains UpCloud's
 * default name for an address, the address keeps or gets back its default PTR record. The zone in that name does not matter.
 * @throws UsageError that lists every address in the file that cannot have a PTR record (R-MOD-D)
 */
export function planPtrSteps(
  addresses: readonly AddressPtr[],
  entries: readonly PtrEntry[],
  { prune = false }: PtrPlanOptions = {},
): PtrStep[] {
  const known = new Map(addresses.map((ip) => [toCanonicalAddress(ip.address), ip]));
  assertEntriesPublic(entries, known);
  const named = new Set(entries.map(({ address }) => toCanonicalAddress(address)));
  const steps = [
    ...entries.map((entry) => planPtrStep(entry, known.get(toCanonicalAddress(entry.address)))),
    ...(prune
      ? addresses.filter((ip) => !named.has(toCanonicalAddress(ip.address)) && ip.access === 'public').map(planPtrReset)
      : []),
  ].filter((step) => step !== undefined);
  return sortByAddress(steps);
}

/** Returns the items sorted by address as a number, IPv4 before IPv6. */
export function sortByAddress<T extends { readonly address: string }>(items: readonly T[]): T[] {
  const keyed = items.map((item) => ({ item, key: createAddressSortKey(item.address) }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ item }) => item);
}

function planPtrStep({ address, hostname }: PtrEntry, ip: AddressPtr | undefined): PtrStep | undefined {
  if (ip === undefined) return { address, action: 'unknown', from: null, to: hostname };
  const from = ip.ptr_record;
  if (isSamePtr(from, hostname)) return undefined;
  if (isDefaultPtr({ address, ptr_record: hostname })) return planPtrReset(ip);
  return { address: ip.address, action: hasCustomPtr(ip) ? 'change' : 'add', from, to: hostname };
}

function planPtrReset(ip: AddressPtr): PtrStep | undefined {
  return hasCustomPtr(ip) ? { address: ip.address, action: 'reset', from: ip.ptr_record, to: null } : undefined;
}

function assertEntriesPublic(entries: readonly PtrEntry[], known: ReadonlyMap<string, AddressPtr>): void {
  const problems = entries.flatMap(({ address, line }) => {
    const ip = known.get(toCanonicalAddress(address));
    return ip && isInternal(ip) ? `Line ${line}: ${ip.address} is a ${ip.access} address and has no PTR record.` : [];
  });
  if (problems.length === 0) return;
  throw new UsageError(
    problems,
    'Remove these lines: only public addresses have reverse DNS. Nothing was sent.',
    'PTR_RECORD_NOT_SUPPORTED',
  );
}
