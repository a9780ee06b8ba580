import { sanitize } from '../core/sanitize.ts';
import type { Cell } from './columns.ts';
import type { Palette } from './style.ts';

/** What one object shows to a person; `json` is what it is to a program. */
export interface Card {
  readonly json: object;
  /** What `-q` prints, a line each. */
  readonly quiet: string | readonly string[];
  /** Label and value, a line each, for a person; a list has a line for each of its values. */
  readonly lines: readonly (readonly [label: string, value: Cell | readonly string[]])[];
}

/** Renders one object for a person: a label and its value a line. */
export function cardText(card: Card, palette: Palette): string {
  const width = Math.max(...card.lines.map(([label]) => label.length));
  const line = ([label, value]: Card['lines'][number]) => {
    const values = (Array.isArray(value) ? value : [value ?? '']).map((one) => sanitize(String(one)));
    return `${palette.dim(label.padEnd(width))}  ${values.join(`\n${' '.repeat(width + 2)}`) || palette.symbols.none}\n`;
  };
  return card.lines.map(line).join('');
}
