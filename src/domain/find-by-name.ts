const MIN_PREFIX_LENGTH = 4;

/**
 * Returns the items that a user names; empty if none matches. The first of these criteria that has a match decides:
 * - the exact UUID
 * - the exact name
 * - the UUID or the name, regardless of case
 * - the first characters of the UUID, at least four
 */
export function findMatchesByName<T extends { readonly uuid: string }>(
  items: readonly T[],
  requested: string,
  getNames: (item: T) => readonly string[],
): readonly T[] {
  // Normalize all names: macOS often stores an accented letter as two characters, a letter and an accent.
  const exact = requested.normalize('NFC');
  const lower = exact.toLowerCase();
  const listNames = (item: T) => getNames(item).map((name) => name.normalize('NFC'));
  const criteria: ((item: T) => boolean)[] = [
    (item) => item.uuid === requested,
    (item) => listNames(item).includes(exact),
    (item) => item.uuid === lower || listNames(item).some((name) => name.toLowerCase() === lower),
    (item) => requested.length >= MIN_PREFIX_LENGTH && item.uuid.startsWith(lower),
  ];
  for (const isMatch of criteria) {
    const found = items.filter(isMatch);
    if (found.length > 0) return found;
  }
  return [];
}
