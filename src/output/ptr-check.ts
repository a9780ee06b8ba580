import type { PtrCheck, PtrCheckState } from '../domain/ptr-check.ts';
import type { ListView, Tone } from './columns.ts';
import { createAddressColumn } from './ptr.ts';

const checkStateTones: Readonly<Record<PtrCheckState, Tone>> = {
  ok: 'good',
  'not-yet': 'warn',
  mismatch: 'bad',
  'no-forward': 'bad',
  unknown: 'muted',
};

export const checkView: ListView<PtrCheck> = {
  columns: {
    address: createAddressColumn(),
    state: {
      header: 'STATE',
      value: (check) => check.state,
      tone: (check) => checkStateTones[check.state],
      weight: 9,
      typed: true,
    },
    ptr_record: { header: 'PTR RECORD', value: (check) => check.ptr_record, weight: 6, min: 12 },
    dns: { header: 'IN DNS', value: (check) => check.dns_ptr_records.join(' ') || null, weight: 5, min: 12 },
    forward: { header: 'POINTS TO', value: (check) => check.forward_addresses.join(' ') || null, weight: 4, min: 12 },
    ttl: { header: 'TTL', value: (check) => check.forward_ttl, align: 'right', weight: 3, typed: true },
    error: { header: 'ERROR', value: (check) => check.error?.message ?? null, weight: 2, min: 20 },
  },
  defaults: ['address', 'state', 'ptr_record', 'dns', 'forward', 'ttl'],
  quiet: (check) => check.address,
  empty: 'No public addresses.',
};

/** Returns the number of checks in each state, such as `3 ok, 1 not-yet`. */
export function formatCheckStateCounts(checks: readonly PtrCheck[]): string {
  return (Object.keys(checkStateTones) as PtrCheckState[])
    .map((state) => ({ state, count: checks.filter((check) => check.state === state).length }))
    .filter(({ count }) => count > 0)
    .map(({ state, count }) => `${count} ${state}`)
    .join(', ');
}
