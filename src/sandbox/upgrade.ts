/** Loads what an older version of this program wrote: each step brings a state from one version to the next. */
import { defaultPtr, padInterfaceIdentifier } from './rules/syntax.ts';
import type { Address, State } from './state.ts';

/** The newest version, which this program writes. */
export const VERSION = 2;

/** A state as a file has it: of this version or an older one. */
export type StoredState = Omit<State, 'version'> & { readonly version: number };

export function upgrade(stored: StoredState): State {
  return stored.version === VERSION ? { ...stored, version: VERSION } : fromVersion1(stored);
}

/** Version 1 dropped leading zeros in the last four groups of IPv6 addresses, and so in their default PTR records. */
function fromVersion1(stored: StoredState): State {
  return { ...stored, version: VERSION, addresses: stored.addresses.map(withServiceSpelling) };
}

function withServiceSpelling(it: Address): Address {
  if (it.family !== 'IPv6') return it;
  const address = padInterfaceIdentifier(it.address);
  const isDefault = it.ptr_record === defaultPtr(it.address, it.family, it.zone);
  return { ...it, address, ptr_record: isDefault ? defaultPtr(address, it.family, it.zone) : it.ptr_record };
}
