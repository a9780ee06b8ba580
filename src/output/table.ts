import type { ChalkInstance } from 'chalk';
import Table from 'cli-table3';
import stringWidth from 'string-width';
import type { NamedColumn, Tone } from './columns.ts';
import { sanitize } from './sanitize.ts';

export interface TableOptions {
  /** Columns of the terminal; undefined in a pipe, where nothing is shortened. */
  readonly width: number | undefined;
  readonly headers: boolean;
  readonly chalk: ChalkInstance;
}

const GAP = 2;
/** cli-table3 takes time that grows with the square of the rows; with fixed widths, batches come out the same. */
const BATCH = 50;

interface Sized<T> {
  readonly column: NamedColumn<T>;
  readonly width: number;
}

/** The rows as text, batch by batch, each ending in a line feed. */
export function* renderTable<T>(
  rows: readonly T[],
  columns: readonly NamedColumn<T>[],
  options: TableOptions,
): Generator<string> {
  const sized = fitWidths(rows, columns, options);
  if (options.headers) {
    yield batch([sized.map(({ column }) => options.chalk.bold(column.header))], sized);
  }
  for (let start = 0; start < rows.length; start += BATCH) {
    yield batch(
      rows.slice(start, start + BATCH).map((row) => sized.map((cell) => cellText(row, cell, options.chalk))),
      sized,
    );
  }
}

function batch<T>(cells: string[][], sized: readonly Sized<T>[]): string {
  const table = new Table({
    chars: borderless,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colWidths: sized.map(({ width }, i) => width + (i < sized.length - 1 ? GAP : 0)),
    colAligns: sized.map(() => 'left'),
  });
  table.push(...cells);
  return `${table.toString().replace(/[ ]+$/gm, '')}\n`;
}

const edges = ['top', 'bottom', 'left', 'right'].flatMap((side) => [
  side,
  `${side}-mid`,
  `${side}-left`,
  `${side}-right`,
]);
const borderless = Object.fromEntries([...edges, 'mid', 'mid-mid', 'middle'].map((edge) => [edge, '']));

function cellText<T>(row: T, { column, width }: Sized<T>, chalk: ChalkInstance): string {
  const text = shorten(plainCell(column, row), width);
  const padded = column.align === 'right' ? ' '.repeat(Math.max(0, width - stringWidth(text))) + text : text;
  return paint(padded, column.tone?.(row) ?? 'plain', chalk);
}

/** A cell as text without colour: `–` where there is nothing. */
export function plainCell<T>(column: NamedColumn<T>, row: T): string {
  const value = column.value(row);
  return value === null || value === '' ? '–' : sanitize(String(value));
}

export function paint(text: string, tone: Tone, chalk: ChalkInstance): string {
  if (tone === 'good') return chalk.green(text);
  if (tone === 'muted') return chalk.dim(text);
  if (tone === 'warn') return chalk.yellow(text);
  return tone === 'bad' ? chalk.red(text) : text;
}

/** The text cut to a width on screen, with `…` where something is missing. */
export function shorten(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let kept = '';
  let used = 1;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    used += stringWidth(segment);
    if (used > width) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** Widths that show everything or, on a terminal, fit it: the lightest column shrinks first, and drops when that is not enough. */
function fitWidths<T>(rows: readonly T[], columns: readonly NamedColumn<T>[], options: TableOptions): Sized<T>[] {
  const natural = columns.map((column) => ({ column, width: naturalWidth(rows, column, options.headers) }));
  return options.width === undefined ? natural : squeeze(natural, options.width);
}

function naturalWidth<T>(rows: readonly T[], column: NamedColumn<T>, headers: boolean): number {
  let width = headers ? stringWidth(column.header) : 1;
  for (const row of rows) {
    const text = plainCell(column, row);
    // Most cells are plain ASCII, whose length is their width.
    const cell = /^[\x20-\x7e]*$/.test(text) ? text.length : stringWidth(text);
    if (cell > width) width = cell;
  }
  return width;
}

/** Exported for its tests: never wider than the terminal as long as one column is left. */
export function squeeze<T>(sized: readonly Sized<T>[], available: number): Sized<T>[] {
  let columns = [...sized];
  const total = () => columns.reduce((sum, { width }) => sum + width + GAP, -GAP);
  const light = (candidates: readonly Sized<T>[]) =>
    [...candidates].sort((a, b) => (a.column.weight ?? 1) - (b.column.weight ?? 1));
  for (const { column } of light(columns)) {
    const excess = total() - available;
    if (excess <= 0) return columns;
    columns = columns.map((one) =>
      one.column === column
        ? { column, width: Math.max(Math.min(one.width, column.min ?? one.width), one.width - excess) }
        : one,
    );
  }
  while (columns.length > 1 && total() > available) {
    const [lightest] = light(columns);
    columns = columns.filter((one) => one !== lightest);
    // What the dropped column frees goes back to the others, the weightiest first.
    for (const { column } of light(columns).reverse()) {
      const spare = available - total();
      const full = sized.find((one) => one.column === column)?.width ?? 0;
      columns = columns.map((one) =>
        one.column === column && spare > 0 ? { column, width: Math.min(full, one.width + spare) } : one,
      );
    }
  }
  return columns.map((one) => (columns.length === 1 ? { ...one, width: Math.min(one.width, available) } : one));
}
