import { sanitize } from '../core/sanitize.ts';
import { measureTextWidth } from '../core/width.ts';
import { createAddressSortKey } from '../domain/address.ts';
import { isHostname } from '../domain/hostname.ts';
import type { PtrStep } from '../domain/ptr-plan.ts';
import type { Column, ListView } from './columns.ts';
import { type Palette, plainPalette } from './style.ts';

/** Returns the address column for lists whose rows are not API addresses, such as PTR records. */
export function createAddressColumn<T extends { readonly address: string }>(): Column<T> {
  return {
    header: 'ADDRESS',
    value: (row) => row.address,
    getSortKey: (row) => createAddressSortKey(row.address),
    weight: 10,
    typed: true,
  };
}

export interface PtrRecord {
  readonly address: string;
  readonly ptr_record: string;
}

export const ptrRecordView: ListView<PtrRecord> = {
  columns: {
    address: createAddressColumn(),
    ptr_record: { header: 'PTR RECORD', value: (row) => row.ptr_record, weight: 5, min: 12 },
  },
  defaults: ['address', 'ptr_record'],
  quiet: (row) => row.address,
  empty: 'No PTR records.',
};

/**
 * Formats a record as a line of a hosts file. A record with a missing or invalid name becomes a comment line. Otherwise,
 * `upc ip ptr apply` would reject the whole file.
 */
export function formatHostsLine({ address, ptr_record: name }: PtrRecord): string {
  if (name === '') return `# ${address} has no PTR record\n`;
  return isHostname(name) ? `${address} ${name}\n` : `# ${address} ${sanitize(name)}\n`;
}

export const planView: ListView<PtrStep> = {
  columns: {
    action: {
      header: 'ACTION',
      value: (step) => step.action,
      tone: (step) => actionTones[step.action],
      weight: 9,
      typed: true,
    },
    address: createAddressColumn(),
    from: { header: 'FROM', value: (step) => step.from, weight: 4, min: 12 },
    to: { header: 'TO', value: (step) => step.to, weight: 5, min: 12 },
  },
  defaults: ['action', 'address', 'from', 'to'],
  diff: (steps) => renderPtrDiffLines(steps, plainPalette),
  counts: (steps) => formatStepCounts(steps),
  quiet: (step) => step.address,
  empty: 'Nothing to change.',
};

const actionTones = { add: 'good', change: 'warn', reset: 'bad', unknown: 'muted' } as const;
const actionSigns = { add: '+', change: '~', reset: '-', unknown: '?' } as const;
const actionColors = { add: 'green', change: 'yellow', reset: 'red', unknown: 'dim' } as const;

/**
 * Renders a plan as a diff, one line for each step. The sign and the colour of a line show the kind of the step.
 * @param columns the width of the terminal; undefined in a pipe. A step that is too wide is split into two lines
 */
export function renderPtrDiffLines(steps: readonly PtrStep[], palette: Palette, columns?: number): string[] {
  const width = steps.reduce((most, { address }) => Math.max(most, address.length), 0);
  return steps.flatMap((step) => {
    const [now, change] = formatPtrStep(step, palette.symbols.arrow);
    const start = `${actionSigns[step.action]} ${step.address.padEnd(width)}  ${now}`;
    const whole = `${start} ${change}`;
    const lines = columns !== undefined && measureTextWidth(whole) > columns ? [start, `    ${change}`] : [whole];
    return lines.map(palette[actionColors[step.action]]);
  });
}

function formatPtrStep({ action, from, to }: PtrStep, arrow: string): [now: string, change: string] {
  if (action === 'unknown') return [sanitize(to ?? ''), '(not on this account)'];
  return [sanitize(from || 'none'), `${arrow} ${to === null ? "UpCloud's default" : sanitize(to)}`];
}

/** Returns the number of steps of each kind, such as `2 to add, 1 to change`. Returns an empty text for an empty plan. */
export function formatStepCounts(steps: readonly PtrStep[]): string {
  const words = { add: 'to add', change: 'to change', reset: 'to reset', unknown: 'not on this account' } as const;
  return (['add', 'change', 'reset', 'unknown'] as const)
    .map((action) => ({ action, count: steps.filter((step) => step.action === action).length }))
    .filter(({ count }) => count > 0)
    .map(({ action, count }) => `${count} ${words[action]}`)
    .join(', ');
}
