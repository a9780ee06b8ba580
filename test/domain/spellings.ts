import fc from 'fast-check';

const ipv6Groups = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff })), {
  minLength: 8,
  maxLength: 8,
});
const toHex = (group: number) => group.toString(16);
/**
 * Spells the groups of an IPv6 address as the API does: without leading zeros in the first four groups, with leading
 * zeros in the last four (R-MOD-6).
 */
export const formatServiceSpelling = (all: readonly number[]) =>
  all.map((group, i) => (i < 4 ? toHex(group) : toHex(group).padStart(4, '0'))).join(':');

/**
 * Generates IPv6 addresses in any spelling: with or without leading zeros, with ::, with an IPv4 address at the end.
 */
export const ipv6Text = fc
  .record({
    all: ipv6Groups,
    from: fc.integer({ min: 0, max: 7 }),
    width: fc.integer({ min: 1, max: 4 }),
    ending: fc.boolean(),
    shout: fc.boolean(),
  })
  .map(({ all, from, width, ending, shout }) => {
    const written = all.map((group) => toHex(group).padStart(width, '0'));
    const last = all.slice(6).flatMap((group) => [group >> 8, group & 255]);
    const words = ending ? [...written.slice(0, 6), last.join('.')] : written;
    const length = words.slice(from).findIndex((word) => !/^0+$/.test(word));
    const to = length === -1 ? words.length : from + length;
    const text = to > from ? `${words.slice(0, from).join(':')}::${words.slice(to).join(':')}` : words.join(':');
    return { all, text: shout ? text.toUpperCase() : text };
  });
