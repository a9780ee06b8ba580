import { isSameAddress, parseIPv6Groups } from './address.ts';

const PREFIX = /^[0-9a-f:]*$/i;

/**
 * Completes an address that a user has typed in part. Returns undefined if the address does not begin with the typed text in
 * any spelling. A shell completes only to words that begin with the typed text, so the result begins with that text
 * unchanged. IPv6 groups are compared by value, and the rest of the result is in the service's spelling.
 */
export function completeTypedAddress(address: string, typed: string): string | undefined {
  if (address.startsWith(typed)) return address;
  const groups = parseIPv6Groups(address);
  if (groups === undefined || !PREFIX.test(typed)) return undefined;
  return listSpellings(address, groups)
    .map((words) => completeTypedGroups(words, typed))
    .find((text) => text !== undefined && isSameAddress(text, address));
}

/**
 * Returns the spellings of an address, each as a list of groups: the service's own spelling, and one for each way to shorten a run
 * of zeros with `::`. An empty group stands for the run.
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

/** Returns the group with as many leading zeros as the typed text has. */
function completeTypedGroup(group: string, typed: string): string | undefined {
  if (group === '') return typed === '' ? '' : undefined;
  const short = group.replace(/^0+(?=.)/, '');
  const padded = [1, 2, 3, 4].map((width) => short.padStart(width, '0'));
  const found = [group, ...padded].find((one) => one.startsWith(typed.toLowerCase()));
  return found && typed + found.slice(typed.length);
}
