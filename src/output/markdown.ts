import { sanitize } from '../core/sanitize.ts';
import type { Card } from './card.ts';
import type { CellValue, ListView, NamedColumn } from './columns.ts';

/**
 * Renders rows as a GitHub Markdown table, or as a fenced diff if the view defines a diff. Renders an empty list as a
 * sentence, so that a comment on a pull request is never empty.
 */
export function* renderMarkdown<T>(
  rows: readonly T[],
  columns: readonly NamedColumn<T>[],
  view: ListView<T>,
): Generator<string> {
  if (view.diff) yield renderFencedDiff(view.diff(rows), rows.length === 0 ? view.empty : view.counts?.(rows));
  else if (rows.length === 0) yield `${view.empty}\n`;
  else {
    yield formatMarkdownRow(columns.map(({ header }) => header));
    yield formatMarkdownRow(columns.map(({ align }) => (align === 'right' ? '--:' : '---')));
    for (const one of rows)
      yield formatMarkdownRow(columns.map((column) => renderMarkdownCell(column.value(one), column.typed === true)));
  }
}

/** Renders one object as a table of its fields. */
export function renderMarkdownCard({ lines }: Card): string {
  const values = lines.map(([label, value]) => {
    const parts = (Array.isArray(value) ? value : [value as CellValue]).map((one) => renderMarkdownCell(one, false));
    return formatMarkdownRow([label, parts.join('<br>')]);
  });
  return [formatMarkdownRow(['Field', 'Value']), formatMarkdownRow(['---', '---']), ...values].join('');
}

const formatMarkdownRow = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;

/** Puts free text into a code span, so that it cannot become a link, a mention, HTML or another column (T-13). */
function renderMarkdownCell(value: CellValue, isPlainText: boolean): string {
  const text = value === null ? '' : sanitize(String(value));
  if (text === '') return '–';
  return isPlainText ? text.replaceAll('|', '\\|') : formatCodeSpan(text);
}

function formatCodeSpan(text: string): string {
  const fence = '`'.repeat(measureLongestBacktickRun(text) + 1);
  const room = /^`|`$/.test(text) ? ' ' : '';
  return `${fence}${room}${text.replaceAll('|', '\\|')}${room}${fence}`;
}

/** Renders the lines as a fenced code block. The fence has more backticks than any sequence of backticks in the lines. */
function renderFencedDiff(lines: readonly string[], summary: string | undefined): string {
  const fence = '`'.repeat(Math.max(3, measureLongestBacktickRun(lines.join('\n')) + 1));
  const body = lines.map((line) => `${line}\n`).join('');
  return `${fence}diff\n${body}${fence}\n${summary === undefined ? '' : `\n${summary.replace(/\.?$/, '.')}\n`}`;
}

function measureLongestBacktickRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}
