/** A command line up to the cursor, as bash's readline splits it. */
export interface BashLine {
  /** The words without their quotes. The last one is the word at the cursor. */
  readonly words: readonly string[];
  /** The quote that is still open in the last word. */
  readonly quote: '' | "'" | '"';
  /**
   * The index in the last of `words` at which a completion begins. Readline keeps the characters before this index, and
   * replaces those after it.
   */
  readonly kept: number;
}

/**
 * Splits a command line into words like bash. Readline replaces only the end of the last word: the part after a break
 * character (such as `:`) or after an open quote. So a candidate must contain only that part.
 * @param breaks bash's COMP_WORDBREAKS
 */
export function parseBashLine(line: string, breaks: string): BashLine {
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

/**
 * Returns the part of the value that replaces the end of the typed word, escaped for bash. Returns undefined if the value
 * cannot be written inside the open quote.
 */
export function formatBashCandidate(
  value: string,
  { quote, kept }: Pick<BashLine, 'quote' | 'kept'>,
): string | undefined {
  const rest = value.slice(kept);
  if (quote === "'") return rest.includes("'") ? undefined : rest;
  // Inside double quotes, bash expands `!` and has no escape for it. Do not offer a value that contains `!`.
  if (quote === '"') return rest.includes('!') ? undefined : rest.replace(/["$`\\]/g, '\\$&');
  return rest.replace(/[^\w@%+=:,./\u0080-\u{10ffff}-]/gu, '\\$&');
}
