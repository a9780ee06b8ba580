import { Chalk, type ColorSupportLevel } from 'chalk';
import { UsageError } from '../core/errors.ts';

export type ColorMode = 'auto' | 'always' | 'never';

export interface ColorSituation {
  readonly mode: ColorMode;
  readonly isTerminal: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** Paints text for one stream. */
export type Palette = { readonly level: ColorSupportLevel } & {
  readonly [style in Style]: (text: string) => string;
};

const plain = (text: string): string => text;
export const uncoloured: Palette = {
  level: 0,
  bold: plain,
  dim: plain,
  red: plain,
  green: plain,
  yellow: plain,
  cyan: plain,
};

/**
 * How much colour a stream takes: `--color`, then `NO_COLOR`, `FORCE_COLOR`, then whether it is a terminal that can.
 * 0 none, 1 sixteen, 2 256, 3 millions.
 */
function colorLevel({ mode, isTerminal, env }: ColorSituation): ColorSupportLevel {
  if (mode === 'never') return 0;
  if (mode === 'always') return 1;
  if (env.NO_COLOR) return 0;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR === '0' || env.FORCE_COLOR === 'false' ? 0 : 1;
  return isTerminal && env.TERM !== 'dumb' ? 1 : 0;
}

export function createPalette(situation: ColorSituation): Palette {
  const level = colorLevel(situation);
  // Chalk makes its styles when it is first used, which takes a millisecond.
  if (level === 0) return uncoloured;
  const chalk = new Chalk({ level });
  // Chalk itself would print whatever else it is called with, such as the index that map() hands over.
  const style = (name: Style) => (text: string) => chalk[name](text);
  return {
    level,
    bold: style('bold'),
    dim: style('dim'),
    red: style('red'),
    green: style('green'),
    yellow: style('yellow'),
    cyan: style('cyan'),
  };
}

/** @throws UsageError for anything but auto, always and never */
export function parseColorMode(text: string): ColorMode {
  if (text === 'auto' || text === 'always' || text === 'never') return text;
  throw new UsageError(`--color is auto, always or never, not '${text}'.`);
}
