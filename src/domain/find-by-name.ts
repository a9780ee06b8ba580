const PREFIX_MIN = 4;

/**
 * Returns the items that a user names. Four criteria are tried in turn, until one has matches: the exact UUID, the exact name,
 * either of them in any case, and a UUID prefix of at least four characters. Without a match, the list is empty.
 */
export function findMatchesByName<T extends { readonly uuid: string }>(
  items: readonly T[],
  requested: string,
  getNames: (item: T) => readonly string[],
): readonly T[] {
  // Text from macOS may be in decomposed Unicode form.
  const exact = requested.normalize('NFC');
  const lower = exact.toLowerCase();
  const names = (item: T) => getNames(item).map((name) => name.normalize('NFC'));
  const criteria: ((item: T) => boolean)[] = [
    (item) => item.uuid === requested,
    (item) => names(item).includes(exact),
    (item) => item.uuid === lower || names(item).some((name) => name.toLowerCase() === lower),
    (item) => requested.length >= PREFIX_MIN && item.uuid.startsWith(lower),
  ];
  for (const isMatch of criteria) {
    const found = items.filter(isMatch);
    if (found.length > 0) return found;
  }
  return [];
}
