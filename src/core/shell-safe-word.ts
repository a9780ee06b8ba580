/**
 * Returns the first word that is safe without quotes in a command that the user copies. Text from the API could contain
 * characters that a shell interprets (T-13). If no word is safe, returns a placeholder such as `<server>`.
 */
export function chooseShellSafeWord(placeholder: string, ...words: readonly (string | null)[]): string {
  return words.find((word) => word !== null && /^\w[\w.:-]*$/.test(word)) ?? `<${placeholder}>`;
}

/** Returns a word as it must be written in a shell: in quotes if it needs them. */
export function quoteShellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
