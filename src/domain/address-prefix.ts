import { isSameAddress, parseIPv6Groups } from './address.ts';

const TYPED_IPV6 = /^[0-9a-f:]*$/i;

/**
 * Completes an address that a user has typed in part. Returns undefined if no spelling of the address begins with the typed
 * text. The result begins with the typed text unchanged, because a shell accepts no other completion. The rest is in the
 * service's spelling. IPv6 groups are compared by value.
 */
export function completeTypedAddress(address: string, typed: string): string | undefined {
  if (address.startsWith(typed)) return address;
  const groups = parseIPv6Groups(address);
  if (groups === undefined || !TYPED_IPV6.test(typed)) return undefined;
  return listSpellings(address, groups)
    .map((words) => completeTypedGroups(words, typed))
    .find((text) => text !== undefined && isSameAddress(text, address));
}

/**
 * Returns the spellings of an address, each as a list of groups. The first is the service's own spelling. Each further
 * spelling shortens another run of zero groups to `::`, and contains an empty group instead of the run.
 */
function listSpellings(address: string, groups: readonly number[]): string[][] {
  const words =
    address.split(':').length === groups.length ? address.split(':') : groups.map((one) => one.toString(16));
  const runs = groups.flatMap((_, start) =>
    groups.slice(start).flatMap((_, more) => {
      const end = start + more + 1;
      return groups.slice(start, end).every((group) => group === 0) ? [[start, end] as const] : [];
    }),
  );
  const shortened = runs.map(([start, end]) => {
    const [head, tail] = [words.slice(0, start), words.slice(end)];
    return [...(head.length > 0 ? head : ['']), '', ...(tail.length > 0 ? tail : [''])];
  });
  return [words, ...shortened];
}

function completeTypedGroups(words: readonly string[], typed: string): string | undefined {
  const begun = typed.split(':');
  const last = begun.length - 1;
  if (last >= words.length) return undefined;
  const isSame = begun.slice(0, last).every((word, i) => isSameGroup(word, words[i] ?? ''));
  const rest = completeTypedGroup(words[last] ?? '', begun[last] ?? '');
  if (!isSame || rest === undefined) return undefined;
  return [...begun.slice(0, last), rest, ...words.slice(last + 1)].join(':');
}

function isSameGroup(one: string, other: string): boolean {
  if (one === '' || other === '' || one.length > 4) return one === other;
  return Number.parseInt(one, 16) === Number.parseInt(other, 16);
}

/**
 * Completes one group of an IPv6 address and keeps the leading zeros that the user typed. Returns undefined if the group does
 * not begin with the typed text.
 */
function completeTypedGroup(group: string, typed: string): string | undefined {
  if (group === '') return typed === '' ? '' : undefined;
  const short = group.replace(/^0+(?=.)/, '');
  const padded = [1, 2, 3, 4].map((width) => short.padStart(width, '0'));
  const found = [group, ...padded].find((one) => one.startsWith(typed.toLowerCase()));
  return found && typed + found.slice(typed.length);
}
