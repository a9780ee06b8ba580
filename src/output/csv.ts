import { stringify } from 'csv-stringify/sync';
import { sanitize } from '../core/sanitize.ts';
import type { Cell, NamedColumn } from './columns.ts';

/** The rows as CSV (RFC 4180, line feeds): values as they are in the table, nothing shortened, empty for nothing. */
export function* renderCsv<T>(
  rows: readonly T[],
  columns: readonly NamedColumn<T>[],
  headers: boolean,
): Generator<string> {
  if (headers) yield stringify([columns.map(({ name }) => name)]);
  for (let start = 0; start < rows.length; start += 1_000) {
    yield stringify(
      rows
        .slice(start, start + 1_000)
        .map((row) => columns.map((column) => field((column.data ?? column.value)(row), column.typed))),
    );
  }
}

/** Spreadsheets run what begins with `= + - @`: an apostrophe in front keeps it text (T-13). */
function field(cell: Cell, typed: boolean | undefined): string {
  const text = cell === null ? '' : sanitize(String(cell));
  return !typed && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}
