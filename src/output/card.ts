import { sanitize } from '../core/sanitize.ts';
import type { Cell } from './columns.ts';
import type { Palette } from './style.ts';

/** How one object is shown. */
export interface Card {
  /** The object that JSON and the other machine-readable formats print. */
  readonly json: object;
  /** The lines that `-q` prints. */
  readonly quiet: string | readonly string[];
  /** Label and value of each line for people. A list has one line for each of its values. */
  readonly lines: readonly (readonly [label: string, value: Cell | readonly string[]])[];
}

/** Renders one object for people: one line for each label and value. */
export function cardText(card: Card, palette: Palette): string {
  const width = Math.max(...card.lines.map(([label]) => label.length));
  const line = ([label, value]: Card['lines'][number]) => {
    const values = (Array.isArray(value) ? value : [value ?? '']).map((one) => sanitize(String(one)));
    return `${palette.dim(label.padEnd(width))}  ${values.join(`\n${' '.repeat(width + 2)}`) || palette.symbols.none}\n`;
  };
  return card.lines.map(line).join('');
}
