import { Chalk, type ColorSupportLevel } from 'chalk';
import type { Env } from '../core/environment.ts';
import { UsageError } from '../core/errors.ts';
import { findIgnoringCase } from '../core/find-ignoring-case.ts';
import type { Tone } from './columns.ts';

export type ColorMode = 'auto' | 'always' | 'never';

export interface ColorInputs {
  readonly mode: ColorMode;
  readonly isTerminal: boolean;
  readonly env: Env;
  readonly platform: NodeJS.Platform;
}

type TextStyle = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** Functions that style text for one stream, and the symbols that the stream can show. */
export type Palette = { readonly level: ColorSupportLevel; readonly symbols: SymbolSet } & {
  readonly [style in TextStyle]: (text: string) => string;
};

/** The characters for tables, trees and questions, in Unicode or ASCII. */
export interface SymbolSet {
  /** Shown if there is no value. */
  readonly none: string;
  /** Shown at the end of a truncated text; one column wide. */
  readonly cut: string;
  readonly arrow: string;
  readonly branch: string;
  readonly lastBranch: string;
  readonly trunk: string;
  /** The names of the cursor keys in the help line of a question. */
  readonly upDown: string;
  readonly enter: string;
}

const unicodeSymbols: SymbolSet = {
  none: '\u2013',
  cut: '\u2026',
  arrow: '\u2192',
  branch: '├── ',
  lastBranch: '└── ',
  trunk: '│   ',
  upDown: '↑↓',
  enter: '⏎',
};
const asciiSymbols: SymbolSet = {
  none: '-',
  cut: '~',
  arrow: '->',
  branch: '|-- ',
  lastBranch: '`-- ',
  trunk: '|   ',
  upDown: 'up/down',
  enter: 'enter',
};

/**
 * Returns ASCII symbols in the C locale, and in a pipe or file on Windows. PowerShell and old programs would garble Unicode
 * there, because they read pipes and files in the console's code page. Otherwise, returns Unicode symbols.
 */
function chooseSymbols({ isTerminal, platform, env: { LC_ALL, LC_CTYPE, LANG } }: ColorInputs): SymbolSet {
  const locale = LC_ALL || LC_CTYPE || LANG || '';
  if (locale === '') return platform === 'win32' && !isTerminal ? asciiSymbols : unicodeSymbols;
  return locale === 'C' || locale === 'POSIX' ? asciiSymbols : unicodeSymbols;
}

const returnUnstyled = (text: string): string => text;
export const plainPalette: Palette = {
  level: 0,
  symbols: unicodeSymbols,
  bold: returnUnstyled,
  dim: returnUnstyled,
  red: returnUnstyled,
  green: returnUnstyled,
  yellow: returnUnstyled,
  cyan: returnUnstyled,
};

/**
 * Returns the colour level of a stream: 0 for no colour, 1 for 16 colours. The settings are checked in this order:
 * `--color`, `NO_COLOR`, `FORCE_COLOR`, and whether the stream is a terminal.
 */
function chooseColorLevel({ mode, isTerminal, env }: ColorInputs): ColorSupportLevel {
  if (mode === 'never') return 0;
  if (mode === 'always') return 1;
  if (env.NO_COLOR) return 0;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR === '0' || env.FORCE_COLOR === 'false' ? 0 : 1;
  return isTerminal && env.TERM !== 'dumb' ? 1 : 0;
}

/** Creates the palette for one stream. */
export function createPalette(situation: ColorInputs): Palette {
  const level = chooseColorLevel(situation);
  const symbols = chooseSymbols(situation);
  // Without colour, do not create Chalk's styles: the first use of Chalk takes a millisecond.
  if (level === 0) return { ...plainPalette, symbols };
  const chalk = new Chalk({ level });
  // Pass only the first argument. Chalk prints all its arguments, and map() would also pass the index.
  const style = (name: TextStyle) => (text: string) => chalk[name](text);
  return {
    level,
    symbols,
    bold: style('bold'),
    dim: style('dim'),
    red: style('red'),
    green: style('green'),
    yellow: style('yellow'),
    cyan: style('cyan'),
  };
}

/** Parses the value of `--color`. @throws UsageError for anything but auto, always and never */
export function parseColorMode(text: string): ColorMode {
  const mode = findIgnoringCase(['auto', 'always', 'never'] as const, text);
  if (mode) return mode;
  throw new UsageError(`--color does not accept '${text}'.`, 'Give auto, always or never.');
}

/** Colours a text according to its tone. */
export function colorByTone(text: string, tone: Tone, palette: Palette): string {
  if (tone === 'good') return palette.green(text);
  if (tone === 'muted') return palette.dim(text);
  if (tone === 'warn') return palette.yellow(text);
  return tone === 'bad' ? palette.red(text) : text;
}
