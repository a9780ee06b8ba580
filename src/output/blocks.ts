import { widthOf } from '../core/width.ts';
import type { NamedColumn } from './columns.ts';
import { type Palette, paint } from './style.ts';
import { plainCell } from './table.ts';

const INDENT = '      ';

export interface BlockColumns<T> {
  readonly head: readonly NamedColumn<T>[];
  readonly below: readonly NamedColumn<T>[];
}

/** Renders each row as a block of lines: the `head` columns on the first, the `below` columns wrapped under it. */
export function renderBlocks<T>(
  rows: readonly T[],
  { head, below }: BlockColumns<T>,
  width: number,
  palette: Palette,
): string {
  const room = Math.max(20, width - INDENT.length);
  const linesOf = (row: T) => [
    head.map((column) => paint(plainCell(column, row, palette), column.tone?.(row) ?? 'plain', palette)).join('  '),
    ...below
      .flatMap((column) => {
        const text = plainCell(column, row, palette);
        return column.isCommand ? [palette.cyan(text)] : wrap(text, room);
      })
      .map((line) => INDENT + line),
  ];
  return rows.map((row) => `${linesOf(row).join('\n')}\n`).join('\n');
}

function wrap(text: string, room: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && widthOf(last) + 1 + widthOf(word) <= room) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
