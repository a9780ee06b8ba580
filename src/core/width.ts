import stringWidth from 'string-width';

/** ASCII with our own dash and ellipsis is as wide as it is long. The library that measures the rest takes 20 ms to load. */
const PLAIN = /^[\x20-\x7e\u2013\u2026]*$/;

/** Letters of Latin, Greek and Cyrillic that stand alone, of one column each; and Chinese, Japanese and Korean ones of two. */
const SIMPLE =
  /^[\x20-\x7e\u2013\u2026\u00c0-\u02af\u0391-\u03ce\u0400-\u0481\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3]*$/;
const WIDE = /[\u3041-\u9fff\uac00-\ud7a3]/g;

/**
 * In UTF-16 units: what is longer is wider than any column, so it is not measured (T-13). The library takes up to 20 µs a
 * character, and every cell is measured several times.
 */
const MEASURED = 1_024;

/** Returns the columns that a text takes on screen; its length for a text that is longer than any column. */
export function widthOf(text: string): number {
  if (text.length > MEASURED || PLAIN.test(text)) return text.length;
  if (SIMPLE.test(text)) return text.length + (text.match(WIDE)?.length ?? 0);
  return remembered(text);
}

const widths = new Map<string, number>();

function remembered(text: string): number {
  const known = widths.get(text);
  if (known !== undefined) return known;
  if (widths.size >= 10_000) widths.clear();
  const width = stringWidth(text);
  widths.set(text, width);
  return width;
}

/** In UTF-16 units for each column: no legible text needs more, and marks without end on one letter take no columns. */
const DENSEST = 32;

/** Cuts the text to a width on screen. @param mark stands where something is missing; one column wide */
export function shorten(text: string, width: number, mark = '\u2026'): string {
  if (widthOf(text) <= width) return text;
  if (PLAIN.test(text)) return `${text.slice(0, Math.max(0, width - 1))}${mark}`;
  let kept = '';
  let used = 1;
  segmenter ??= new Intl.Segmenter();
  for (const { segment } of segmenter.segment(text.slice(0, width * DENSEST))) {
    used += widthOf(segment);
    if (used > width) break;
    kept += segment;
  }
  return `${kept}${mark}`;
}

let segmenter: Intl.Segmenter | undefined;

/** The text with spaces behind it, or before it, up to a width on screen. */
export function pad(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const spaces = ' '.repeat(Math.max(0, width - widthOf(text)));
  return align === 'right' ? spaces + text : text + spaces;
}
