import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { escapeJson, sanitize } from '../../src/core/sanitize.ts';

const listCodePoints = (...ranges: readonly (readonly [number, number])[]) =>
  ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, i) => from + i));

/** The characters that must not reach the terminal, as ranges of code points. */
const forbiddenCodePoints = listCodePoints(
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad],
  [0x61c, 0x61c],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0x3164, 0x3164],
  [0xfe00, 0xfe0e],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff0, 0xfffb],
  [0xfffe, 0xffff],
  [0xd800, 0xdfff],
  [0xe0000, 0xe0fff],
);
const allowedCodePoints = listCodePoints(
  [0x20, 0x7e],
  [0xa0, 0xac],
  [0xae, 0xff],
  [0x115e, 0x115e],
  [0x1161, 0x1161],
  [0x17b3, 0x17b3],
  [0x17b6, 0x17b6],
  [0x200a, 0x200a],
  [0x2010, 0x2027],
  [0x202f, 0x205f],
  [0x2070, 0x2070],
  [0x3163, 0x3163],
  [0x3165, 0x3165],
  // U+FE0F is allowed, because it turns the character before it into an emoji.
  [0xfe0f, 0xfe10],
  [0xff9f, 0xff9f],
  [0xffa1, 0xffa1],
  [0xfffc, 0xfffd],
  [0x1f600, 0x1f64f],
  [0xdffff, 0xdffff],
  [0xe1000, 0xe1000],
);

/** Texts of forbidden and allowed characters. */
const mixedCodePoints = fc.array(
  fc.oneof(fc.constantFrom(...forbiddenCodePoints), fc.constantFrom(...allowedCodePoints)),
  { maxLength: 12 },
);
const toText = (all: readonly number[]) => all.map((point) => String.fromCodePoint(point)).join('');
/**
 * Returns whether the code points stay separate in a string. A high surrogate before a low surrogate would become one
 * other character.
 */
const hasNoSurrogatePair = (all: readonly number[]) =>
  !all.some(
    (point, i) => point >= 0xd800 && point < 0xdc00 && (all[i + 1] ?? 0) >= 0xdc00 && (all[i + 1] ?? 0) < 0xe000,
  );

describe('T-13 a character that could drive a terminal or mislead a reader', () => {
  test('is shown as its number, and all others unchanged', () => {
    const not = new Set(forbiddenCodePoints);
    for (const point of [...forbiddenCodePoints, ...allowedCodePoints]) {
      const char = String.fromCodePoint(point);
      expect(sanitize(`<${char}>`)).toBe(not.has(point) ? `<\\u{${point.toString(16)}}>` : `<${char}>`);
    }
  });

  test('is escaped in every position and context', () => {
    const not = new Set(forbiddenCodePoints);
    const escapeForbidden = (all: readonly number[]) =>
      all.map((point) => (not.has(point) ? `\\u{${point.toString(16)}}` : String.fromCodePoint(point))).join('');
    fc.assert(
      fc.property(mixedCodePoints.filter(hasNoSurrogatePair), (all) => {
        expect(sanitize(toText(all))).toBe(escapeForbidden(all));
      }),
    );
  });

  test('is escaped in JSON, and the value and the line feeds stay', () => {
    const not = new Set(forbiddenCodePoints.map((point) => String.fromCodePoint(point)));
    fc.assert(
      fc.property(fc.array(mixedCodePoints.map(toText)), (value) => {
        for (const json of [JSON.stringify(value), JSON.stringify(value, null, 2)]) {
          const escaped = escapeJson(json);
          expect(JSON.parse(escaped)).toEqual(value);
          expect([...escaped].filter((char) => char !== '\n' && not.has(char))).toEqual([]);
          expect(escaped.split('\n')).toHaveLength(json.split('\n').length);
        }
      }),
    );
  });

  test('has four digits in JSON, twice if it is beyond 16 bits', () => {
    expect(escapeJson('"\u009b"')).toBe('"\\u009b"');
    expect(escapeJson('"a\u202eb"')).toBe('"a\\u202eb"');
    expect(escapeJson('"\u{e0041}"')).toBe('"\\udb40\\udc41"');
    expect(escapeJson('{\n  "a": "plain"\n}')).toBe('{\n  "a": "plain"\n}');
    expect(escapeJson('{\n  "ü": "\u200b"\n}')).toBe('{\n  "ü": "\\u200b"\n}');
  });
});
