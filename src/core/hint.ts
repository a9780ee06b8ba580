/** Writes a command line of this program with the options that name the account in use: `upc --sandbox ip list`. */
export type CommandFormatter = (words: string) => string;

/**
 * A sentence for the user. A sentence that contains a command of this program is a function, because the command must have
 * the options of the account in use: `(upc) => `List the addresses: ${upc('ip list')}``.
 */
export type Hint = string | ((upc: CommandFormatter) => string);

/** Returns a function that writes commands with the given options, such as `--sandbox`. Empty text means no options. */
export function createCommandFormatter(accountOptions: string): CommandFormatter {
  return (words) => ['upc', accountOptions, words].filter(Boolean).join(' ');
}

export function renderHint(hint: Hint, upc: CommandFormatter): string {
  return typeof hint === 'string' ? hint : hint(upc);
}

/** Joins several hints into one. */
export function joinHints(...hints: readonly Hint[]): Hint {
  return (upc) =>
    hints
      .map((hint) => renderHint(hint, upc))
      .filter(Boolean)
      .join(' ');
}
