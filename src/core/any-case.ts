/** Returns the known word that the text is in any case; undefined if it is none of them. */
export function findInAnyCase<T extends string>(known: readonly T[], text: string): T | undefined {
  return known.find((word) => word === text) ?? known.find((word) => word.toLowerCase() === text.toLowerCase());
}
