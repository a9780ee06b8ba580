/** Returns the known word that equals the text, regardless of case; undefined if there is none. */
export function findIgnoringCase<T extends string>(known: readonly T[], text: string): T | undefined {
  return known.find((word) => word === text) ?? known.find((word) => word.toLowerCase() === text.toLowerCase());
}
