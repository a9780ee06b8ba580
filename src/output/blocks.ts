import { wrapWords } from '../core/width.ts';
import type { NamedColumn } from './columns.ts';
import { colorByTone, type Palette } from './style.ts';
import { formatPlainCell } from './table.ts';

const INDENT = '      ';

export interface BlockColumns<T> {
  readonly head: readonly NamedColumn<T>[];
  readonly below: readonly NamedColumn<T>[];
}

/**
 * Renders each row as a block of lines. The `head` columns share the first line. The `below` columns follow on the next
 * lines, which are wrapped.
 */
export function renderBlocks<T>(
  rows: readonly T[],
  { head, below }: BlockColumns<T>,
  width: number,
  palette: Palette,
): string {
  const room = Math.max(20, width - INDENT.length);
  const renderRow = (row: T) => [
    head
      .map((column) => colorByTone(formatPlainCell(column, row, palette), column.tone?.(row) ?? 'plain', palette))
      .join('  '),
    ...below.flatMap((column) => wrapWords(formatPlainCell(column, row, palette), room)).map((line) => INDENT + line),
  ];
  return rows.map((row) => `${renderRow(row).join('\n')}\n`).join('\n');
}
