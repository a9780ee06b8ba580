import Table from 'cli-table3';
import { sanitize } from '../core/sanitize.ts';
import { measureTextWidth, padText, shortenText } from '../core/width.ts';
import type { NamedColumn } from './columns.ts';
import { colorByTone, type Palette, plainPalette } from './style.ts';

export interface TableOptions {
  /** The number of columns of the terminal; undefined in a pipe, where nothing is shortened. */
  readonly width: number | undefined;
  readonly headers: boolean;
  readonly palette: Palette;
}

const COLUMN_GAP = 2;
/**
 * Maximum column width: longer than titles and DNS names. A longer value overflows its column. Without this limit, one
 * hostile text would make every row as long as itself (T-13).
 */
const MAX_COLUMN_WIDTH = 256;
/** How many rows to yield together. */
const BATCH_SIZE = 500;

interface ColumnWidth<T> {
  readonly column: NamedColumn<T>;
  readonly width: number;
}

/**
 * Renders the rows as text, in batches that end with a line feed.
 * @returns the headers of the columns that were dropped because the terminal is too narrow
 */
export function* renderTable<T>(
  rows: readonly T[],
  columns: readonly NamedColumn<T>[],
  options: TableOptions,
): Generator<string, string[]> {
  const { palette } = options;
  const sized = fitColumnWidths(rows, columns, options);
  const line = createLineRenderer(sized.map(({ width }) => Math.min(width, MAX_COLUMN_WIDTH)));
  if (options.headers) {
    yield line(sized.map(({ column, width }) => fitCell(column.header, width, column.align, palette, palette.bold)));
  }
  for (let start = 0; start < rows.length; start += BATCH_SIZE) {
    const batch = rows.slice(start, start + BATCH_SIZE);
    yield batch.map((row) => line(sized.map((one) => renderTableCell(row, one, palette)))).join('');
  }
  const shown = sized.map(({ column }) => column.name);
  return columns.filter(({ name }) => !shown.includes(name)).map(({ header }) => header);
}

/** Returns whether a terminal of this width can show the columns without cutting a value. */
export function fitsWithoutCutting<T>(rows: readonly T[], columns: readonly NamedColumn<T>[], width: number): boolean {
  const natural = columns.map((column) => measureNaturalWidth(rows, column, true) + COLUMN_GAP);
  return natural.reduce((sum, one) => sum + one, -COLUMN_GAP) <= width;
}

/**
 * Returns a function that lays out a row in columns of these widths. cli-table3 renders only one row of placeholders, which
 * the function replaces with the texts of a row. If cli-table3 rendered all rows, it would need quadratic time, and would
 * measure newer emoji and colour codes wrongly.
 */
function createLineRenderer(widths: readonly number[]): (cells: readonly RenderedCell[]) => string {
  const table = new Table({
    chars: emptyBorders,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colWidths: widths.map((width, i) => width + (i < widths.length - 1 ? COLUMN_GAP : 0)),
  });
  table.push(widths.map((width) => CELL_PLACEHOLDER.repeat(width)));
  const [before = '', ...after] = table.toString().split(CELL_PLACEHOLDERS);
  return (cells) => {
    const filled = cells.map(
      ({ text, width }, i) => text + ' '.repeat(Math.max(0, (widths[i] ?? width) - width)) + after[i],
    );
    return `${trimTrailingSpaces(before + filled.join(''))}\n`;
  };
}

/** Removes trailing spaces. A regular expression would take quadratic time for a line with many spaces. */
function trimTrailingSpaces(line: string): string {
  let end = line.length;
  while (line.endsWith(' ', end)) end -= 1;
  return line.slice(0, end);
}

const CELL_PLACEHOLDER = 'x';
const CELL_PLACEHOLDERS = /x+/;

const borderEdges = ['top', 'bottom', 'left', 'right'].flatMap((side) => [
  side,
  `${side}-mid`,
  `${side}-left`,
  `${side}-right`,
]);
const emptyBorders = Object.fromEntries([...borderEdges, 'mid', 'mid-mid', 'middle'].map((edge) => [edge, '']));

/** A cell that is already shortened to the width of its column and coloured. */
interface RenderedCell {
  readonly text: string;
  readonly width: number;
}

function renderTableCell<T>(row: T, { column, width }: ColumnWidth<T>, palette: Palette): RenderedCell {
  const tone = column.tone?.(row) ?? 'plain';
  return fitCell(formatPlainCell(column, row, palette), width, column.align, palette, (text) =>
    colorByTone(text, tone, palette),
  );
}

function fitCell(
  text: string,
  width: number,
  align: 'right' | undefined,
  { symbols }: Palette,
  color: (text: string) => string,
): RenderedCell {
  const cut = shortenText(text, width, symbols.cut);
  const placed = align === 'right' ? padText(cut, width, 'right') : cut;
  return { text: color(placed), width: measureTextWidth(placed) };
}

/** Returns the text of a cell without colour. A missing value is shown as a dash. */
export function formatPlainCell<T>(column: NamedColumn<T>, row: T, { symbols }: Palette = plainPalette): string {
  const value = column.value(row);
  return value === null || value === '' ? symbols.none : sanitize(String(value));
}

/**
 * Returns the columns with their widths. In a pipe, every value is shown in full. In a terminal, the columns with the
 * lowest weight shrink first, and are dropped if there is still too little room.
 */
function fitColumnWidths<T>(
  rows: readonly T[],
  columns: readonly NamedColumn<T>[],
  options: TableOptions,
): ColumnWidth<T>[] {
  const natural = columns.map((column) => ({ column, width: measureNaturalWidth(rows, column, options.headers) }));
  return options.width === undefined ? natural : narrowColumns(natural, options.width);
}

function measureNaturalWidth<T>(rows: readonly T[], column: NamedColumn<T>, headers: boolean): number {
  let width = headers ? measureTextWidth(column.header) : 1;
  for (const row of rows) width = Math.max(width, measureTextWidth(formatPlainCell(column, row)));
  return width;
}

/** Shrinks and drops columns until the rest fits. The last remaining column is never dropped, only shrunk. */
function narrowColumns<T>(sized: readonly ColumnWidth<T>[], available: number): ColumnWidth<T>[] {
  let columns = [...sized];
  const computeTotalWidth = () => columns.reduce((sum, { width }) => sum + width + COLUMN_GAP, -COLUMN_GAP);
  const sortByWeight = (candidates: readonly ColumnWidth<T>[]) =>
    [...candidates].sort((a, b) => (a.column.weight ?? 1) - (b.column.weight ?? 1));
  for (const { column } of sortByWeight(columns)) {
    const excess = computeTotalWidth() - available;
    if (excess <= 0) return columns;
    columns = columns.map((one) =>
      one.column === column
        ? { column, width: Math.max(Math.min(one.width, column.min ?? one.width), one.width - excess) }
        : one,
    );
  }
  while (columns.length > 1 && computeTotalWidth() > available) {
    const [lightest] = sortByWeight(columns);
    columns = columns.filter((one) => one !== lightest);
    // Give the freed width back to the other columns, those with the highest weight first.
    for (const { column } of sortByWeight(columns).reverse()) {
      const spare = available - computeTotalWidth();
      const full = sized.find((one) => one.column === column)?.width ?? 0;
      columns = columns.map((one) =>
        one.column === column && spare > 0 ? { column, width: Math.min(full, one.width + spare) } : one,
      );
    }
  }
  return columns.map((one) => (columns.length === 1 ? { ...one, width: Math.min(one.width, available) } : one));
}
