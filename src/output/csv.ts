import { stringify } from 'csv-stringify/sync';
import { sanitize } from '../core/sanitize.ts';
import type { CellValue, NamedColumn } from './columns.ts';

/** Renders the rows as CSV (RFC 4180 with line feeds). Values are not shortened; a missing value is an empty field. */
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
        .map((row) => columns.map((column) => renderCsvField((column.data ?? column.value)(row), column.typed))),
    );
  }
}

/**
 * Adds an apostrophe to text that a spreadsheet would run as a formula (T-13). Such text begins with `= + - @`, a tab or a
 * carriage return.
 */
function renderCsvField(cell: CellValue, typed: boolean | undefined): string {
  const text = cell === null ? '' : sanitize(String(cell));
  return !typed && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}
