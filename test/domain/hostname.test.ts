import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isHostname, parseHostname } from '../../src/domain/hostname.ts';

const long = (length: number) => 'a'.repeat(length);
/** A name of that many characters, in labels of at most 63. */
const named = (length: number) => `${`${long(62)}.`.repeat(4)}${long(length)}`.slice(0, length);

const inner = fc.string({ unit: fc.constantFrom(...'abcxyz0189-'), maxLength: 61 });
const outer = fc.constantFrom(...'abcxyz0189');
const label = fc.tuple(outer, inner, outer).map((parts) => parts.join(''));
const lastLabel = label.filter((text) => !/^\d+$/.test(text));
const name = fc
  .tuple(fc.array(label, { minLength: 1, maxLength: 3 }), lastLabel)
  .map(([first, last]) => [...first, last].join('.'))
  .filter((text) => !/(^|\.)xn--/.test(text));

describe('T-14 a hostname', () => {
  test('is lower case without the last dot', () => {
    fc.assert(
      fc.property(name, fc.boolean(), fc.boolean(), (text, shout, dot) => {
        expect(parseHostname(`${shout ? text.toUpperCase() : text}${dot ? '.' : ''}`)).toBe(text);
        expect(isHostname(text)).toBe(true);
      }),
    );
  });

  test.each([
    ['a.b', 'a.b'],
    ['1.example', '1.example'],
    ['192-0-2-10.fi-hel2.upcloud.host', '192-0-2-10.fi-hel2.upcloud.host'],
    [`${long(63)}.example.com`, `${long(63)}.example.com`],
    [named(253), named(253)],
    [`${named(253)}.`, named(253)],
    ['Bücher.example', 'xn--bcher-kva.example'],
    ['例え.テスト', 'xn--r8jz45g.xn--zckzah'],
    ['a.1b', 'a.1b'],
    ['1.2.3.4.5a', '1.2.3.4.5a'],
  ])('%s is %s', (text, expected) => {
    expect(parseHostname(text)).toBe(expected);
    expect(isHostname(text)).toBe(true);
  });

  test.each([
    ['', 'it is empty'],
    ['.', 'it is empty'],
    ['192.0.2.10', 'it is an IP address'],
    ['192.0.2.10.', 'it is an IP address'],
    ['2001:db8::1', 'it is an IP address'],
    ['[2001:db8::1]', 'it is an IP address'],
    ['192.0.2.[10', "'[10' is not a valid label"],
    ['192.0.2.1]0', "'1]0' is not a valid label"],
    ['exa\u0000mple.com', 'it has characters that a hostname cannot have'],
    ['bücher .example', 'it has characters that a hostname cannot have'],
    [`${named(254)}`, 'it is longer than 253 characters'],
    ['localhost', 'it has no domain'],
    ['localhost.', 'it has no domain'],
    ['a..example.com', 'two dots follow one another'],
    ['.example.com', 'two dots follow one another'],
    ['example.com..', 'two dots follow one another'],
    [`${long(64)}.example.com`, 'a label is longer than 63 characters'],
    ['my_host.example.com', "'my_host' is not a valid label"],
    ['my host.example.com', "'my host' is not a valid label"],
    ['-a.example.com', "'-a' is not a valid label"],
    ['a-.example.com', "'a-' is not a valid label"],
    ['-.example.com', "'-' is not a valid label"],
    ['*.example.com', "'*' is not a valid label"],
    // As long as a label may be: that is not what is wrong with it.
    [`${long(62)}_.example.com`, `'${long(62)}_' is not a valid label`],
    ['a.b.3', 'its last label is a number'],
    ['1.2.3.4.5', 'its last label is a number'],
    ['256.256.256.256', 'its last label is a number'],
  ])('%j is none: %s', (text, why) => {
    expect(() => parseHostname(text)).toThrow(
      expect.objectContaining({
        message: `'${text}' is not a hostname: ${why}.`,
        hint: 'Give a fully qualified domain name, such as mail.example.com.',
        code: 'PTR_RECORD_INVALID',
      }),
    );
    expect(isHostname(text)).toBe(false);
  });
});
