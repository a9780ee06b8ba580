import { sanitize } from '../core/sanitize.ts';
import { wrapWords } from '../core/width.ts';
import type { CellValue } from './columns.ts';
import type { Palette } from './style.ts';

/** How one object is shown. */
export interface Card {
  /** The object that JSON and the other machine-readable formats print. */
  readonly json: object;
  /** The lines that `-q` prints. */
  readonly quiet: string | readonly string[];
  /** Label and value of each line for people. A list has one line for each of its values. */
  readonly lines: readonly (readonly [label: string, value: CellValue | readonly string[]])[];
}

/** With less room than this, values are not wrapped: one word on each line is harder to read than the terminal's own wrap. */
const MIN_WIDTH = 20;

/**
 * Renders one object for people: one line for each label and value.
 * @param columns the width of the terminal. A longer value continues on the next lines, indented like its first line;
 *   undefined in a pipe
 */
export function renderCard(card: Card, palette: Palette, columns: number | undefined): string {
  const indent = Math.max(...card.lines.map(([label]) => label.length)) + 2;
  const room = (columns ?? 0) - indent;
  const wrap = (text: string) => (room < MIN_WIDTH ? [text] : wrapWords(text, room));
  const line = ([label, value]: Card['lines'][number]) => {
    const values = (Array.isArray(value) ? value : [value ?? '']).flatMap((one) => wrap(sanitize(String(one))));
    const text = values.join(`\n${' '.repeat(indent)}`) || palette.symbols.none;
    return `${palette.dim(label.padEnd(indent - 2))}  ${text}\n`;
  };
  return card.lines.map(line).join('');
}
