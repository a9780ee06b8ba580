import { createAddressSortKey } from '../domain/address.ts';
import type { ListView } from './columns.ts';

/**
 * The outcome of a command for one address. Each requested address has exactly one outcome, in the order of the arguments
 * (T-6).
 */
export interface AddressOutcome {
  readonly address: string;
  readonly outcome: 'ok' | 'failed' | 'unknown' | 'skipped';
  /** Whether the address was changed; null if unknown. */
  readonly changed: boolean | null;
  readonly error?: { readonly code: string; readonly message: string };
}

export const outcomeView: ListView<AddressOutcome> = {
  columns: {
    address: {
      header: 'ADDRESS',
      value: (row) => row.address,
      getSortKey: (row) => createAddressSortKey(row.address),
      weight: 10,
      min: 15,
      typed: true,
    },
    outcome: {
      header: 'OUTCOME',
      value: (row) => row.outcome,
      tone: (row) => (row.outcome === 'ok' ? 'good' : row.outcome === 'skipped' ? 'muted' : 'bad'),
      weight: 8,
      typed: true,
    },
    changed: {
      header: 'CHANGED',
      value: (row) => formatChangedCell(row.changed) ?? '?',
      data: (row) => formatChangedCell(row.changed),
      weight: 5,
      typed: true,
    },
    code: { header: 'CODE', value: (row) => row.error?.code ?? null, weight: 3, min: 10, typed: true },
    error: { header: 'ERROR', value: (row) => row.error?.message ?? null, weight: 4, min: 20 },
  },
  defaults: ['address', 'outcome', 'changed', 'error'],
  quiet: (row) => row.address,
  empty: 'No addresses given: nothing to change.',
};

function formatChangedCell(changed: AddressOutcome['changed']): 'yes' | 'no' | null {
  if (changed === null) return null;
  return changed ? 'yes' : 'no';
}
