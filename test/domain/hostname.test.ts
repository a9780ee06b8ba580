import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isHostname, parseHostname } from '../../src/domain/hostname.ts';

const createLongLabel = (length: number) => 'a'.repeat(length);
/** Returns a name of the given length, with labels of at most 63 characters. */
const createNameOfLength = (length: number) =>
  `${`${createLongLabel(62)}.`.repeat(4)}${createLongLabel(length)}`.slice(0, length);

const innerLabelText = fc.string({ unit: fc.constantFrom(...'abcxyz0189-'), maxLength: 61 });
const outerLabelCharacter = fc.constantFrom(...'abcxyz0189');
const label = fc.tuple(outerLabelCharacter, innerLabelText, outerLabelCharacter).map((parts) => parts.join(''));
const lastLabel = label.filter((text) => !/^\d+$/.test(text));
const name = fc
  .tuple(fc.array(label, { minLength: 1, maxLength: 3 }), lastLabel)
  .map(([first, last]) => [...first, last].join('.'))
  .filter((text) => !/(^|\.)xn--/.test(text));

describe('T-14 a hostname', () => {
  test('is in lower case without the trailing dot', () => {
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
    [`${createLongLabel(63)}.example.com`, `${createLongLabel(63)}.example.com`],
    [createNameOfLength(253), createNameOfLength(253)],
    [`${createNameOfLength(253)}.`, createNameOfLength(253)],
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
    ['exa\u0000mple.com', 'it contains characters that are not allowed in a hostname'],
    ['bücher .example', 'it contains characters that are not allowed in a hostname'],
    [`${createNameOfLength(254)}`, 'it is longer than 253 characters'],
    ['localhost', 'it has no domain'],
    ['localhost.', 'it has no domain'],
    ['a..example.com', 'it contains two dots in a row'],
    ['.example.com', 'it contains two dots in a row'],
    ['example.com..', 'it contains two dots in a row'],
    [`${createLongLabel(64)}.example.com`, 'a label is longer than 63 characters'],
    ['my_host.example.com', "'my_host' is not a valid label"],
    ['my host.example.com', "'my host' is not a valid label"],
    ['-a.example.com', "'-a' is not a valid label"],
    ['a-.example.com', "'a-' is not a valid label"],
    ['-.example.com', "'-' is not a valid label"],
    ['*.example.com', "'*' is not a valid label"],
    // The label has the maximum length, which is allowed. So the error must be about the underscore.
    [`${createLongLabel(62)}_.example.com`, `'${createLongLabel(62)}_' is not a valid label`],
    ['a.b.3', 'its last label is a number'],
    ['1.2.3.4.5', 'its last label is a number'],
    ['256.256.256.256', 'its last label is a number'],
  ])('%j is not a hostname: %s', (text, why) => {
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
