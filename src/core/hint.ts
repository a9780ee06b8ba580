/** Writes a command line of this program with the options that name the account in use: `upc --sandbox ip list`. */
export type CommandWriter = (words: string) => string;

/**
 * A sentence for people. One that names a command of this program is a function, so that a command to copy goes to the account
 * that was meant: `(upc) => `See what is there: ${upc('ip list')}``.
 */
export type Hint = string | ((upc: CommandWriter) => string);

/** Returns a writer for the options as they were typed: `--sandbox`; empty for none. */
export function createCommandWriter(accountOptions: string): CommandWriter {
  return (words) => ['upc', accountOptions, words].filter(Boolean).join(' ');
}

/** Writes a hint out. */
export function renderHint(hint: Hint, upc: CommandWriter): string {
  return typeof hint === 'string' ? hint : hint(upc);
}

/** Returns several hints as one sentence after another. */
export function joinHints(...hints: readonly Hint[]): Hint {
  return (upc) =>
    hints
      .map((hint) => renderHint(hint, upc))
      .filter(Boolean)
      .join(' ');
}
