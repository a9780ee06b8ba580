import { UsageError } from '../core/errors.ts';
import { findIgnoringCase } from '../core/find-ignoring-case.ts';

export type CellValue = string | number | boolean | null;

/** The meaning of a value, which determines its colour. The text must be clear without the colour, too. */
export type Tone = 'plain' | 'good' | 'muted' | 'warn' | 'bad';

/** One column of a list, for tables, `--columns`, `--sort` and CSV. */
export interface Column<T> {
  readonly header: string;
  readonly value: (row: T) => CellValue;
  /**
   * Returns the value for CSV, and for JSON and YAML with `--columns`. Needed only if this value differs from the text in
   * the table.
   */
  readonly data?: (row: T) => CellValue;
  readonly tone?: (row: T) => Tone;
  readonly align?: 'right';
  /** Returns the key to sort by. The default is `value` in lower case. */
  readonly getSortKey?: (row: T) => string | number;
  /** The minimum width in a narrow terminal. With less room, the column is dropped. Without `min`, the column never shrinks. */
  readonly min?: number;
  /** In a narrow terminal, columns with a lower weight shrink and drop first. */
  readonly weight?: number;
  /**
   * Whether the value has a fixed format, such as an IP address. CSV escapes only free text, which could be a formula
   * (T-13).
   */
  readonly typed?: boolean;
}

export type Columns<T> = Readonly<Record<string, Column<T>>>;

/** How to show a list of objects. */
export interface ListView<T> {
  readonly columns: Columns<T>;
  /** The columns to show without `--columns`. */
  readonly defaults: readonly string[];
  /**
   * The columns of each block. In a narrow terminal, the table is replaced by blocks: a few lines for each row, with every
   * value in full.
   */
  readonly block?: { readonly head: readonly string[]; readonly below: readonly string[] };
  /** Renders the rows as lines of a diff, for Markdown. */
  readonly diff?: (rows: readonly T[]) => readonly string[];
  /** Counts the rows by kind, for Markdown. */
  readonly counts?: (rows: readonly T[]) => string;
  /** Returns the text that `-q` prints for a row. */
  readonly quiet: (row: T) => string;
  /** The note to print on stderr if the list is empty. */
  readonly empty: string;
}

export interface NamedColumn<T> extends Column<T> {
  readonly name: string;
}

/**
 * Returns the columns that `--columns` names, or else the default columns of the view.
 * @throws UsageError for an unknown column; the error lists the known columns
 */
export function pickColumns<T>(view: ListView<T>, requested: string | undefined): NamedColumn<T>[] {
  const names = requested === undefined ? view.defaults : requested.split(',').map((name) => name.trim());
  return names.map((name) => findColumn(view.columns, name));
}

function findColumn<T>(columns: Columns<T>, requested: string): NamedColumn<T> {
  const known = Object.keys(columns);
  const name = findIgnoringCase(known, requested);
  const column = name === undefined ? undefined : columns[name];
  if (name !== undefined && column) return { name, ...column };
  throw new UsageError(`Unknown column '${requested}'.`, `Known columns: ${known.join(', ')}`);
}

/**
 * Returns the rows sorted by `--sort [-]column`. Equal rows keep their order.
 * @throws UsageError for an unknown column
 */
export function sortRows<T>(view: ListView<T>, rows: readonly T[], requested: string | undefined): readonly T[] {
  if (requested === undefined) return rows;
  const down = requested.startsWith('-');
  const column = findColumn(view.columns, down ? requested.slice(1) : requested);
  const key = column.getSortKey ?? ((row: T) => createSortKey(column.value(row)));
  const keyed = rows.map((row) => ({ row, key: key(row) }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0) * (down ? -1 : 1));
  return keyed.map(({ row }) => row);
}

function createSortKey(cell: CellValue): string | number {
  if (typeof cell === 'number') return cell;
  return typeof cell === 'string' ? cell.toLowerCase() : String(cell ?? '');
}
