import { DeclinedError, type UpcError } from '../core/errors.ts';
import { type CommandFormatter, renderHint } from '../core/hint.ts';
import { escapeJson, sanitize } from '../core/sanitize.ts';
import { type Card, renderCard } from './card.ts';
import { type CellValue, type ListView, type NamedColumn, pickColumns, sortRows } from './columns.ts';
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
  /** Formats a command for a hint. Adds the options that select the account, so that users can copy the command. */
  readonly upc: CommandFormatter;
}

type RenderSettings = Pick<OutputSettings, 'format' | 'quiet' | 'headers' | 'columns'>;

/** The terminal to write to. */
export interface TerminalScreen {
  /** The number of columns; undefined in a pipe, where nothing is cut. */
  readonly width: number | undefined;
  readonly palette: () => Palette;
}

/**
 * Checks the output settings before a command changes anything.
 * @param view the view of the result, if it is a list
 * @throws UsageError if `--columns` or `--sort` name a column that the list does not have
 */
export function checkSettings(
  { columns, sort }: Pick<OutputSettings, 'columns' | 'sort'>,
  view?: ListView<never>,
): void {
  if (!view) return;
  pickColumns(view, columns);
  sortRows(view, [], sort);
}

/**
 * Renders a list in the requested format, in chunks.
 * @returns the headers of the columns that were dropped because the terminal is too narrow
 * @throws UsageError for an unknown column
 */
export async function* renderRows<T>(
  view: ListView<T>,
  rows: readonly T[],
  settings: RenderSettings & Pick<OutputSettings, 'sort'>,
  screen: TerminalScreen,
): AsyncGenerator<string, readonly string[]> {
  const columns = pickColumns(view, settings.columns);
  const sorted = sortRows(view, rows, settings.sort);
  const { format, quiet, headers } = settings;
  if (quiet) yield sorted.map((row) => `${sanitize(view.quiet(row))}\n`).join('');
  else if (format === 'csv') yield* (await import('./csv.ts')).renderCsv(sorted, columns, headers);
  else if (format === 'markdown') yield* (await import('./markdown.ts')).renderMarkdown(sorted, columns, view);
  else if (format !== 'table')
    yield* renderStructured(settings.columns === undefined ? sorted : pickColumnFields(sorted, columns), settings);
  else if (sorted.length > 0) {
    const blocks = settings.columns === undefined ? await renderAsBlocks(view, sorted, screen) : undefined;
    if (blocks !== undefined) {
      yield blocks;
      return [];
    }
    const { renderTable } = await import('./table.ts');
    return yield* renderTable(sorted, columns, { width: screen.width, headers, palette: screen.palette() });
  }
  return [];
}

/** Returns each row as an object with only the columns that `--columns` names. The values are the same as in CSV. */
function pickColumnFields<T>(rows: readonly T[], columns: readonly NamedColumn<T>[]): object[] {
  return rows.map((row) => Object.fromEntries(columns.map(({ name, data, value }) => [name, (data ?? value)(row)])));
}

/**
 * Renders every value in full. A table that is too wide for the terminal is replaced by a block of lines for each row, if
 * the view defines blocks.
 */
export async function renderCompleteList<T>(
  view: ListView<T>,
  rows: readonly T[],
  screen: TerminalScreen,
): Promise<Iterable<string>> {
  const { renderTable } = await import('./table.ts');
  const blocks = await renderAsBlocks(view, rows, screen);
  if (blocks !== undefined) return [blocks];
  return renderTable(rows, pickColumns(view, undefined), {
    width: undefined,
    headers: true,
    palette: screen.palette(),
  });
}

/**
 * Renders a block of lines for each row. Returns undefined if the view defines no blocks, or if the table fits the
 * terminal.
 */
async function renderAsBlocks<T>(
  view: ListView<T>,
  rows: readonly T[],
  { width, palette }: TerminalScreen,
): Promise<string | undefined> {
  const { block } = view;
  if (!block || width === undefined) return undefined;
  const { fitsWithoutCutting } = await import('./table.ts');
  if (fitsWithoutCutting(rows, pickColumns(view, undefined), width)) return undefined;
  const { renderBlocks } = await import('./blocks.ts');
  const pickNamedColumns = (names: readonly string[]) => pickColumns(view, names.join());
  return renderBlocks(
    rows,
    { head: pickNamedColumns(block.head), below: pickNamedColumns(block.below) },
    width,
    palette(),
  );
}

/**
 * Renders objects in the requested format, in chunks. People get cards with a blank line between them.
 * @param json the value for the formats that programs read, such as JSON
 */
export async function* renderCards(
  cards: readonly Card[],
  json: unknown,
  settings: RenderSettings,
  { width, palette }: TerminalScreen,
): AsyncGenerator<string> {
  const { format, quiet } = settings;
  if (quiet)
    yield cards
      .flatMap((card) => card.quiet)
      .map((line) => `${sanitize(line)}\n`)
      .join('');
  else if (format === 'table') yield cards.map((card) => renderCard(card, palette(), width)).join('\n');
  else if (format === 'markdown') yield cards.map((await import('./markdown.ts')).renderMarkdownCard).join('\n');
  else yield* renderStructured(json, settings);
}

/** Renders a value in a format that programs read. NDJSON puts each object of a list on its own line. */
export async function* renderStructured(
  value: unknown,
  { format, headers }: Pick<OutputSettings, 'format' | 'headers'>,
): AsyncGenerator<string> {
  if (format === 'markdown')
    yield `\`\`\`json\n${escapeJson(JSON.stringify(value, null, 2)).replaceAll('`', '\\u0060')}\n\`\`\`\n`;
  else if (format === 'ndjson') {
    for (const batch of splitIntoBatches(Array.isArray(value) ? value : [value])) {
      yield batch.map((line) => `${escapeJson(JSON.stringify(line))}\n`).join('');
    }
  } else if (format === 'yaml') yield* (await import('./yaml.ts')).renderYaml(value);
  else if (format === 'csv') {
    const { renderCsv } = await import('./csv.ts');
    yield* renderCsv(Array.isArray(value) ? value : [value], createObjectColumns(value), headers);
  } else if (Array.isArray(value) && value.length > BATCH_SIZE) yield* renderLongArray(value);
  else yield `${escapeJson(JSON.stringify(value, null, 2))}\n`;
}

/** Renders a list in the format of JSON.stringify(), but in batches, to save memory. */
function* renderLongArray(items: readonly unknown[]): Generator<string> {
  let before = '[\n';
  for (const batch of splitIntoBatches(items)) {
    yield before + escapeJson(JSON.stringify(batch, null, 2).slice('[\n'.length, -'\n]'.length));
    before = ',\n';
  }
  yield '\n]\n';
}

/** The number of items that are rendered together. */
const BATCH_SIZE = 1_000;

function* splitIntoBatches<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += BATCH_SIZE) yield items.slice(start, start + BATCH_SIZE);
}

/** Returns columns for objects without a view. Each key of an object becomes a column; nested values are shown as JSON. */
function createObjectColumns(value: unknown) {
  const names = new Set([value].flat().flatMap((row) => Object.keys(row ?? {})));
  return [...names].map((name) => ({
    name,
    header: name,
    value: (row: Record<string, unknown>): CellValue => {
      const cell = row[name];
      return typeof cell === 'object' && cell !== null ? JSON.stringify(cell) : ((cell ?? null) as CellValue);
    },
  }));
}

/** Renders an error as text or, with a JSON format, as the object that `upc help json` documents. */
export function renderError(error: UpcError, settings: OutputSettings, palette: Palette): string {
  const hints = error.hints.map((hint) => renderHint(hint, settings.upc));
  if (settings.format === 'json' || settings.format === 'ndjson') {
    const { code, message, status, exitCode } = error;
    const hint = hints.length > 0 ? hints.join('\n') : undefined;
    return escapeJson(JSON.stringify({ error: { code, message, status, hint, exit_code: exitCode } }));
  }
  const [first, ...more] = [...error.lines, ...hints].map(sanitize);
  if (error instanceof DeclinedError) return [first, ...more].join('\n');
  return [`${palette.red('Error:')} ${first}`, ...more].join('\n');
}
