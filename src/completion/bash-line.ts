/** A command line as bash's readline sees it up to the cursor. */
export interface BashLine {
  /** Unquoted; the last one is being typed. */
  readonly words: readonly string[];
  /** The quote that is still open in the last word. */
  readonly quote: '' | "'" | '"';
  /** How much of the last word, unquoted, stands before the part that readline replaces. */
  readonly kept: number;
}

/**
 * Splits the line as bash does. Readline has an idea of its own of where a word begins: behind the last break character,
 * which `:` is one of, or behind an open quote; only that part may be answered.
 * @param breaks bash's COMP_WORDBREAKS
 */
export function readBashLine(line: string, breaks: string): BashLine {
  const words: string[] = [];
  let word: string | undefined;
  let quote: BashLine['quote'] = '';
  let kept = 0;
  for (let i = 0; i < line.length; i++) {
    const char = line[i] ?? '';
    if (quote !== '') {
      if (char === quote) quote = '';
      else if (char === '\\' && quote === '"' && /["$`\\]/.test(line[i + 1] ?? '')) word = (word ?? '') + line[++i];
      else word = (word ?? '') + char;
    } else if (char === '\\') word = (word ?? '') + (line[++i] ?? '');
    else if (char === "'" || char === '"') {
      quote = char;
      word ??= '';
      kept = word.length;
    } else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      kept = 0;
    } else {
      word = (word ?? '') + char;
      if (breaks.includes(char)) kept = word.length;
    }
  }
  return { words: [...words, word ?? ''], quote, kept };
}

/** What readline is to put in place of the part that it replaces; undefined where the quote cannot hold it. */
export function bashReply(value: string, { quote, kept }: Pick<BashLine, 'quote' | 'kept'>): string | undefined {
  const rest = value.slice(kept);
  if (quote === "'") return rest.includes("'") ? undefined : rest;
  // Bash has no way to write an exclamation mark between double quotes that it leaves alone.
  if (quote === '"') return rest.includes('!') ? undefined : rest.replace(/["$`\\]/g, '\\$&');
  return rest.replace(/[^\w@%+=:,./\u0080-\u{10ffff}-]/gu, '\\$&');
}
