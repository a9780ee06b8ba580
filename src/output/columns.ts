import { UsageError } from '../core/errors.ts';

export type Cell = string | number | boolean | null;

/** What a value means, where colour may stress it; text alone always tells it, too. */
export type Tone = 'plain' | 'good' | 'muted' | 'warn' | 'bad';

/** One column of a list, as data: tables, `--columns`, `--sort`, CSV and `-q` all work from it. */
export interface Column<T> {
  readonly header: string;
  readonly value: (row: T) => Cell;
  /** The value for CSV, where a table has words for people. */
  readonly data?: (row: T) => Cell;
  readonly tone?: (row: T) => Tone;
  readonly align?: 'right';
  /** Sorts by this instead of the value. */
  readonly sortKey?: (row: T) => string | number;
  /** The least width before the column is dropped instead of being shrunk further. */
  readonly min?: number;
  /** The higher, the later it shrinks and drops when a terminal is narrow. */
  readonly weight?: number;
  /** A command line: it is neither cut nor wrapped where rows are blocks. */
  readonly isCommand?: boolean;
  /** The value has the API's own form and cannot be free text: CSV needs no guard for it (T-13). */
  readonly typed?: boolean;
}

export type Columns<T> = Readonly<Record<string, Column<T>>>;

export interface View<T> {
  readonly columns: Columns<T>;
  /** Shown unless `--columns` says otherwise. */
  readonly defaults: readonly string[];
  /** How a row is told in lines of its own, where the terminal is too narrow for the columns above: by names of columns. */
  readonly block?: { readonly head: readonly string[]; readonly below: readonly string[] };
  /** The rows as lines of a diff and their counts, for Markdown. */
  readonly diff?: (rows: readonly T[]) => readonly string[];
  readonly counts?: (rows: readonly T[]) => string;
  /** What `-q` prints of a row. */
  readonly quiet: (row: T) => string;
  /** Told on stderr where a table would be empty. */
  readonly empty: string;
}

export interface NamedColumn<T> extends Column<T> {
  readonly name: string;
}

/**
 * The columns that `--columns` names, or the view's own choice.
 * @throws UsageError that lists the known ones
 */
export function pickColumns<T>(view: View<T>, requested: string | undefined): NamedColumn<T>[] {
  const names = requested === undefined ? view.defaults : requested.split(',').map((name) => name.trim());
  return names.map((name) => ({ name, ...columnOf(view.columns, name) }));
}

function columnOf<T>(columns: Columns<T>, name: string): Column<T> {
  const column = Object.hasOwn(columns, name) ? columns[name] : undefined;
  if (column) return column;
  throw new UsageError(`Unknown column '${name}'.`, `Known columns: ${Object.keys(columns).join(', ')}`);
}

/**
 * The rows in the order of `--sort [-]column`; equal ones keep theirs.
 * @throws UsageError for an unknown column
 */
export function sortRows<T>(view: View<T>, rows: readonly T[], requested: string | undefined): readonly T[] {
  if (requested === undefined) return rows;
  const down = requested.startsWith('-');
  const column = columnOf(view.columns, down ? requested.slice(1) : requested);
  const key = column.sortKey ?? ((row: T) => sortable(column.value(row)));
  const keyed = rows.map((row) => ({ row, key: key(row) }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0) * (down ? -1 : 1));
  return keyed.map(({ row }) => row);
}

function sortable(cell: Cell): string | number {
  if (typeof cell === 'number') return cell;
  return typeof cell === 'string' ? cell.toLowerCase() : String(cell ?? '');
}
