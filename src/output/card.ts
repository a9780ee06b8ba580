import { sanitize } from '../core/sanitize.ts';
import { wrapWords } from '../core/width.ts';
import type { CellValue } from './columns.ts';
import type { Palette } from './style.ts';

/** How to show one object, such as an address. */
export interface Card {
  /** The object that JSON and the other machine-readable formats print. */
  readonly json: object;
  /** The lines that `-q` prints. */
  readonly quiet: string | readonly string[];
  /** The label and the value of each entry, for people. A list of values is shown with one value on each line. */
  readonly lines: readonly (readonly [label: string, value: CellValue | readonly string[]])[];
}

/**
 * Minimum width for wrapping a value. With less width, the value is not wrapped, because it would have only one word on
 * each line.
 */
const MIN_WIDTH = 20;

/**
 * Renders one object for people, each entry with its label and value. A long value continues on indented lines.
 * @param columns the width of the terminal; undefined in a pipe
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
