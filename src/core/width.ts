import stringWidth from 'string-width';

/**
 * Matches printable ASCII, the dash and the ellipsis: the characters that this program's own texts use. Each character takes
 * one column. Such text is measured without the library string-width, which takes 20 ms to load.
 */
const SINGLE_WIDTH_TEXT = /^[\x20-\x7e\u2013\u2026]*$/;

/**
 * Matches text that is measured without string-width. Latin, Greek and Cyrillic letters take one column each. Chinese,
 * Japanese and Korean characters (DOUBLE_WIDTH_CHARACTERS) take two.
 */
const KNOWN_WIDTH_TEXT =
  /^[\x20-\x7e\u2013\u2026\u00c0-\u02af\u0391-\u03ce\u0400-\u0481\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3]*$/;
const DOUBLE_WIDTH_CHARACTERS = /[\u3041-\u9fff\uac00-\ud7a3]/g;

/**
 * The maximum length of a text that is measured, in UTF-16 units (T-13). A longer text is too wide for any column of a table.
 * Measuring it would be slow: string-width takes up to 20 µs for each character.
 */
const MAX_MEASURED_LENGTH = 1_024;

/**
 * Returns the number of columns that a text takes on screen. For a text longer than MAX_MEASURED_LENGTH, returns the length
 * of the text instead.
 */
export function measureTextWidth(text: string): number {
  if (text.length > MAX_MEASURED_LENGTH || SINGLE_WIDTH_TEXT.test(text)) return text.length;
  if (KNOWN_WIDTH_TEXT.test(text)) return text.length + (text.match(DOUBLE_WIDTH_CHARACTERS)?.length ?? 0);
  return measureWithCache(text);
}

const measuredWidths = new Map<string, number>();

function measureWithCache(text: string): number {
  const known = measuredWidths.get(text);
  if (known !== undefined) return known;
  if (measuredWidths.size >= 10_000) measuredWidths.clear();
  const width = stringWidth(text);
  measuredWidths.set(text, width);
  return width;
}

/**
 * The maximum number of UTF-16 units for each column of a truncated text. Legible text needs fewer units. Combining marks
 * take no column, so without this limit thousands of them could remain.
 */
const MAX_UNITS_PER_COLUMN = 32;

/** Truncates the text to a width on screen. @param mark the end of a truncated text; one column wide */
export function shortenText(text: string, width: number, mark = '\u2026'): string {
  if (measureTextWidth(text) <= width) return text;
  if (SINGLE_WIDTH_TEXT.test(text)) return `${text.slice(0, Math.max(0, width - 1))}${mark}`;
  let kept = '';
  let used = 1;
  segmenter ??= new Intl.Segmenter();
  for (const { segment } of segmenter.segment(text.slice(0, width * MAX_UNITS_PER_COLUMN))) {
    used += measureTextWidth(segment);
    if (used > width) break;
    kept += segment;
  }
  return `${kept}${mark}`;
}

let segmenter: Intl.Segmenter | undefined;

/** Breaks the text at spaces into lines of at most `width` columns. A longer word gets a line of its own and is not cut. */
export function wrapWords(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && measureTextWidth(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** Pads the text with spaces to a width on screen. */
export function padText(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const spaces = ' '.repeat(Math.max(0, width - measureTextWidth(text)));
  return align === 'right' ? spaces + text : text + spaces;
}
