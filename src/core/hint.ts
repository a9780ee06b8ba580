/** Writes a command line of this program with the options that name the account in use: `upc --sandbox ip list`. */
export type CommandFormatter = (words: string) => string;

/**
 * A sentence for the user. A sentence with a command of this program is a function, so that the command to copy contains the
 * options of the account in use: `(upc) => `List the addresses: ${upc('ip list')}``.
 */
export type Hint = string | ((upc: CommandFormatter) => string);

/** Returns a function that writes commands with the given options, such as `--sandbox`; with `''` they have no options. */
export function createCommandFormatter(accountOptions: string): CommandFormatter {
  return (words) => ['upc', accountOptions, words].filter(Boolean).join(' ');
}

export function renderHint(hint: Hint, upc: CommandFormatter): string {
  return typeof hint === 'string' ? hint : hint(upc);
}

/** Returns one hint with the sentences of several. */
export function joinHints(...hints: readonly Hint[]): Hint {
  return (upc) =>
    hints
      .map((hint) => renderHint(hint, upc))
      .filter(Boolean)
      .join(' ');
}
