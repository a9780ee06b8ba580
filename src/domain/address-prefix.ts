import { ipv6Groups, isSameAddress } from './address.ts';

const PREFIX = /^[0-9a-f:]*$/i;

/**
 * Returns the spelling of an address that goes on from what a user has typed of it, or undefined where that is the beginning
 * of another address. IPv6 groups are compared by value; what is left to type is in the service's spelling. A shell takes only
 * a word that begins as what was typed.
 */
export function continueSpelling(address: string, typed: string): string | undefined {
  if (address.startsWith(typed)) return address;
  const groups = ipv6Groups(address);
  if (groups === undefined || !PREFIX.test(typed)) return undefined;
  return spellingsOf(address, groups)
    .map((words) => continueWords(words, typed))
    .find((text) => text !== undefined && isSameAddress(text, address));
}

/** The groups as the service spells them, and with each run of zeros written as `::`, which is an empty word. */
function spellingsOf(address: string, groups: readonly number[]): string[][] {
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

function continueWords(words: readonly string[], typed: string): string | undefined {
  const begun = typed.split(':');
  const last = begun.length - 1;
  if (last >= words.length) return undefined;
  const isSame = begun.slice(0, last).every((word, i) => sameGroup(word, words[i] ?? ''));
  const rest = continueGroup(words[last] ?? '', begun[last] ?? '');
  if (!isSame || rest === undefined) return undefined;
  return [...begun.slice(0, last), rest, ...words.slice(last + 1)].join(':');
}

function sameGroup(one: string, other: string): boolean {
  if (one === '' || other === '' || one.length > 4) return one === other;
  return Number.parseInt(one, 16) === Number.parseInt(other, 16);
}

/** The group, with so many of its leading zeros that it begins as typed. */
function continueGroup(group: string, typed: string): string | undefined {
  if (group === '') return typed === '' ? '' : undefined;
  const short = group.replace(/^0+(?=.)/, '');
  const padded = [1, 2, 3, 4].map((width) => short.padStart(width, '0'));
  const found = [group, ...padded].find((one) => one.startsWith(typed.toLowerCase()));
  return found && typed + found.slice(typed.length);
}
