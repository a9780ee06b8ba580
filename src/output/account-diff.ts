import { sanitize } from '../core/sanitize.ts';
import { type Difference, differenceKinds } from '../domain/account-diff.ts';
import { getServerTitle, type ResourceNames } from './address.ts';
import type { Column, ListView, Tone } from './columns.ts';
import { createAddressColumn } from './ptr.ts';

const differenceTones: Readonly<Partial<Record<Difference['what'], Tone>>> = { missing: 'bad', new: 'muted' };

/** Returns the view of differences. Shows a server by its title, or by its UUID if the title is unknown. */
export function createDifferenceView(names: ResourceNames): ListView<Difference> {
  const value = (side: 'now' | 'before') => (row: Difference) => {
    if (row.what !== 'attachment') return row[side];
    const uuid = side === 'now' ? row.server_now : row.server_before;
    return uuid === null ? 'detached' : getServerTitle(uuid, names);
  };
  const createColumn = (header: string, side: 'now' | 'before'): Column<Difference> => ({
    header,
    value: value(side),
    data: (row) => row[side],
    weight: 6,
    min: 12,
  });
  return {
    columns: {
      address: createAddressColumn(),
      what: {
        header: 'DIFFERS',
        value: (row) => row.what,
        tone: (row) => differenceTones[row.what] ?? 'warn',
        getSortKey: (row) => differenceKinds.indexOf(row.what),
        weight: 9,
        typed: true,
      },
      now: createColumn('NOW', 'now'),
      before: createColumn('IN THE SNAPSHOT', 'before'),
      server_now: { header: 'SERVER NOW', value: (row) => row.server_now, weight: 2, typed: true },
      server_before: { header: 'SERVER BEFORE', value: (row) => row.server_before, weight: 2, typed: true },
    },
    defaults: ['address', 'what', 'now', 'before'],
    diff: (rows) => rows.flatMap((row) => renderDifference(row, value('before')(row), value('now')(row))),
    counts: formatDifferenceCounts,
    quiet: (row) => row.address,
    empty: 'Nothing differs from the snapshot.',
  };
}

/** Renders a difference as diff lines: `-` for the state in the snapshot, `+` for the current state. */
function renderDifference({ address, what }: Difference, before: string | null, now: string | null): string[] {
  if (what === 'missing') return [`- ${address}`];
  if (what === 'new') return [`+ ${address}`];
  const line = (sign: string, text: string | null) => `${sign} ${address} ${what} ${sanitize(text || 'none')}`;
  return [line('-', before), line('+', now)];
}

/** Returns the number of differences of each kind, such as `2 attachment, 1 ptr`. */
export function formatDifferenceCounts(differences: readonly Difference[]): string {
  return differenceKinds
    .map((kind) => [kind, differences.filter(({ what }) => what === kind).length] as const)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(', ');
}
