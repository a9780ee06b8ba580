import type { UpcError } from '../core/errors.ts';
import { type CommandWriter, renderHint } from '../core/hint.ts';
import { escapeJson, sanitize } from '../core/sanitize.ts';
import { type Cell, type NamedColumn, pickColumns, sortRows, type View } from './columns.ts';
import type { ColorMode, Palette } from './style.ts';

export type Format = 'table' | 'json' | 'ndjson' | 'yaml' | 'csv' | 'markdown';
export const formats: readonly Format[] = ['table', 'json', 'ndjson', 'yaml', 'csv', 'markdown'];

export interface OutputSettings {
  readonly format: Format;
  readonly quiet: boolean;
  readonly columns: string | undefined;
  readonly sort: string | undefined;
  readonly headers: boolean;
  readonly color: ColorMode;
  readonly debug: boolean;
  /** Writes the commands in hints, with the options that name the account. */
  readonly upc: CommandWriter;
}

type RenderSettings = Pick<OutputSettings, 'format' | 'quiet' | 'headers' | 'columns'>;

/** The terminal that is written to. */
export interface Screen {
  /** Columns; undefined in a pipe, where nothing is cut. */
  readonly width: number | undefined;
  readonly palette: () => Palette;
}

/**
 * Checks the settings of the output, before a command does what cannot be undone.
 * @param view the report, where it is rows
 * @throws UsageError where `--columns` or `--sort` name columns that the report does not have
 */
export function checkSettings({ columns, sort }: Pick<OutputSettings, 'columns' | 'sort'>, view?: View<never>): void {
  if (!view) return;
  pickColumns(view, columns);
  sortRows(view, [], sort);
}

/** @returns the headers of the columns that found no room on the screen */
export async function* renderRows<T>(
  view: View<T>,
  rows: readonly T[],
  settings: RenderSettings & Pick<OutputSettings, 'sort'>,
  screen: Screen,
): AsyncGenerator<string, readonly string[]> {
  const columns = pickColumns(view, settings.columns);
  const sorted = sortRows(view, rows, settings.sort);
  const { format, quiet, headers } = settings;
  if (quiet) yield sorted.map((row) => `${sanitize(view.quiet(row))}\n`).join('');
  else if (format === 'csv') yield* (await import('./csv.ts')).renderCsv(sorted, columns, headers);
  else if (format === 'markdown') yield* (await import('./markdown.ts')).renderMarkdown(sorted, columns, view);
  else if (format !== 'table')
    yield* structured(settings.columns === undefined ? sorted : pickFields(sorted, columns), settings);
  else if (sorted.length > 0) return yield* onScreen(view, sorted, columns, settings, screen);
  return [];
}

/** The rows as objects of the columns that `--columns` names, with the values that CSV has. */
function pickFields<T>(rows: readonly T[], columns: readonly NamedColumn<T>[]): object[] {
  return rows.map((row) => Object.fromEntries(columns.map(({ name, data, value }) => [name, (data ?? value)(row)])));
}

async function* onScreen<T>(
  view: View<T>,
  rows: readonly T[],
  columns: readonly NamedColumn<T>[],
  settings: RenderSettings,
  { width, palette }: Screen,
): AsyncGenerator<string, readonly string[]> {
  const { renderTable } = await import('./table.ts');
  const blocks = settings.columns === undefined ? await asBlocks(view, rows, { width, palette }) : undefined;
  if (blocks !== undefined) {
    yield blocks;
    return [];
  }
  return yield* renderTable(rows, columns, { width, headers: settings.headers, palette: palette() });
}

/** Rows for a person to decide on, nothing of which is cut: a table or, where that has no room, the view's blocks. */
export async function renderWhole<T>(view: View<T>, rows: readonly T[], screen: Screen): Promise<Iterable<string>> {
  const { renderTable } = await import('./table.ts');
  const blocks = await asBlocks(view, rows, screen);
  if (blocks !== undefined) return [blocks];
  return renderTable(rows, pickColumns(view, undefined), {
    width: undefined,
    headers: true,
    palette: screen.palette(),
  });
}

/** The rows as the view's blocks, where it has some and the screen has no room for its table. */
async function asBlocks<T>(view: View<T>, rows: readonly T[], { width, palette }: Screen): Promise<string | undefined> {
  const { block } = view;
  if (!block || width === undefined) return undefined;
  const { hasRoom } = await import('./table.ts');
  if (hasRoom(rows, pickColumns(view, undefined), width)) return undefined;
  const { renderBlocks } = await import('./blocks.ts');
  const named = (names: readonly string[]) => pickColumns(view, names.join());
  return renderBlocks(rows, { head: named(block.head), below: named(block.below) }, width, palette());
}

/** A value in one of the formats for programs. One object is one document, a list of objects in NDJSON a line each. */
export async function* structured(
  value: unknown,
  { format, headers }: Pick<OutputSettings, 'format' | 'headers'>,
): AsyncGenerator<string> {
  if (format === 'markdown')
    yield `\`\`\`json\n${escapeJson(JSON.stringify(value, null, 2)).replaceAll('`', '\\u0060')}\n\`\`\`\n`;
  else if (format === 'ndjson') {
    for (const batch of batches(Array.isArray(value) ? value : [value])) {
      yield batch.map((line) => `${escapeJson(JSON.stringify(line))}\n`).join('');
    }
  } else if (format === 'yaml') yield* (await import('./yaml.ts')).renderYaml(value);
  else if (format === 'csv') {
    const { renderCsv } = await import('./csv.ts');
    yield* renderCsv(Array.isArray(value) ? value : [value], objectColumns(value), headers);
  } else if (Array.isArray(value) && value.length > BATCH) yield* longArray(value);
  else yield `${escapeJson(JSON.stringify(value, null, 2))}\n`;
}

/** As JSON.stringify() writes it as a whole, without ever holding the whole text. */
function* longArray(items: readonly unknown[]): Generator<string> {
  let before = '[\n';
  for (const batch of batches(items)) {
    yield before + escapeJson(JSON.stringify(batch, null, 2).slice('[\n'.length, -'\n]'.length));
    before = ',\n';
  }
  yield '\n]\n';
}

/** Items that are rendered together. */
const BATCH = 1_000;

function* batches<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += BATCH) yield items.slice(start, start + BATCH);
}

/** Columns for an object that has no view: its own keys, nested values as JSON. */
function objectColumns(value: unknown) {
  const first = Array.isArray(value) ? value[0] : value;
  return Object.keys(first ?? {}).map((name) => ({
    name,
    header: name,
    value: (row: Record<string, unknown>): Cell => {
      const cell = row[name];
      return typeof cell === 'object' && cell !== null ? JSON.stringify(cell) : ((cell ?? null) as Cell);
    },
  }));
}

/** An error as text for a person or, with a JSON format, as the object that `upc help json` shows. */
export function errorText(error: UpcError, settings: OutputSettings, palette: Palette): string {
  const hints = error.hints.map((hint) => renderHint(hint, settings.upc));
  if (settings.format === 'json' || settings.format === 'ndjson') {
    const { code, message, status, exitCode } = error;
    const hint = hints.length > 0 ? hints.join('\n') : undefined;
    return escapeJson(JSON.stringify({ error: { code, message, status, hint, exit_code: exitCode } }));
  }
  const [first, ...more] = [...error.lines, ...hints].map(sanitize);
  return [`${palette.red('Error:')} ${first}`, ...more].join('\n');
}
