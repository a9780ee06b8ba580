import { sanitize } from '../core/sanitize.ts';
import type { Card } from './card.ts';
import type { Cell, NamedColumn, View } from './columns.ts';

/**
 * Renders rows as a GitHub Markdown table, or as a fenced diff if the view has one. For an empty list it renders a sentence, so
 * that a comment on a pull request is never blank.
 */
export function* renderMarkdown<T>(
  rows: readonly T[],
  columns: readonly NamedColumn<T>[],
  view: View<T>,
): Generator<string> {
  if (view.diff) yield fencedDiff(view.diff(rows), rows.length === 0 ? view.empty : view.counts?.(rows));
  else if (rows.length === 0) yield `${view.empty}\n`;
  else {
    yield row(columns.map(({ header }) => header));
    yield row(columns.map(({ align }) => (align === 'right' ? '--:' : '---')));
    for (const one of rows) yield row(columns.map((column) => renderCell(column.value(one), column.typed === true)));
  }
}

/** Renders one object as a table of its fields. */
export function markdownCard({ lines }: Card): string {
  const values = lines.map(([label, value]) => {
    const parts = (Array.isArray(value) ? value : [value as Cell]).map((one) => renderCell(one, false));
    return row([label, parts.join('<br>')]);
  });
  return [row(['Field', 'Value']), row(['---', '---']), ...values].join('');
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;

/** Puts free text into a code span, so that it cannot become a link, a mention, HTML or another column (T-13). */
function renderCell(value: Cell, isPlainText: boolean): string {
  const text = value === null ? '' : sanitize(String(value));
  if (text === '') return '–';
  return isPlainText ? text.replaceAll('|', '\\|') : codeSpan(text);
}

function codeSpan(text: string): string {
  const fence = '`'.repeat(longestRun(text) + 1);
  const room = /^`|`$/.test(text) ? ' ' : '';
  return `${fence}${room}${text.replaceAll('|', '\\|')}${room}${fence}`;
}

/** Fences the lines with more backticks than any run of backticks in them. */
function fencedDiff(lines: readonly string[], summary: string | undefined): string {
  const fence = '`'.repeat(Math.max(3, longestRun(lines.join('\n')) + 1));
  const body = lines.map((line) => `${line}\n`).join('');
  return `${fence}diff\n${body}${fence}\n${summary === undefined ? '' : `\n${summary.replace(/\.?$/, '.')}\n`}`;
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}
