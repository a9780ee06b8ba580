/**
 * The first of the words that may stand in a command to copy: what comes from the API must not hold anything that a shell would
 * make something else of. Where none may, its place stands there.
 */
export function shellSafeWord(place: string, ...words: readonly (string | null)[]): string {
  return words.find((word) => word !== null && /^\w[\w.:-]*$/.test(word)) ?? `<${place}>`;
}
