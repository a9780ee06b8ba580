import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createOutputTail } from '../../src/guard/output-tail.ts';

function collectTail(...chunks: readonly (string | Buffer)[]): string[] {
  const tail = createOutputTail();
  for (const chunk of chunks) tail.add(Buffer.from(chunk));
  return tail.lines();
}

test('a short output is kept as it is', () => {
  expect(collectTail()).toEqual([]);
  expect(collectTail('one\ntw', 'o\r\n\nlast')).toEqual(['one', 'two', '', 'last']);
});

test('of a long one the last lines are kept, and the rest is counted', () => {
  const lines = Array.from({ length: 1_000 }, (_, i) => `line ${i + 1000}`);
  const text = `${lines.join('\n')}\n`;
  const left = Buffer.byteLength(text) - 10 * 'line 1990\n'.length;
  expect(collectTail(text)).toEqual([`(${left} bytes before this are left out)`, ...lines.slice(-10)]);
  expect(collectTail(...text.split(/(?<=7)/))).toEqual(collectTail(text));
});

test('a line without an end is cut', () => {
  const [left, line, ...more] = collectTail('a'.repeat(100_000));
  expect(left).toMatch(/^\(\d+ bytes before this are left out\)$/);
  expect(line).toBe(`${'a'.repeat(200)}…`);
  expect(more).toEqual([]);
});

test('a line that has lost its beginning is not shown beside whole ones', () => {
  const text = `${'a'.repeat(5_000)}\nlast\n`;
  expect(collectTail(text)).toEqual(['(5001 bytes before this are left out)', 'last']);
});

test('T-21 it is small whatever a command prints, and shows no half characters', () => {
  const text = fc.oneof(fc.constant('ä€😀'), fc.constant('\n'), fc.string());
  const chunk = fc.tuple(text, fc.integer({ min: 1, max: 3_000 })).map(([one, times]) => one.repeat(times));
  fc.assert(
    fc.property(fc.array(chunk, { maxLength: 20 }), (chunks) => {
      const lines = collectTail(...chunks);
      expect(lines.length).toBeLessThanOrEqual(11);
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(201);
      if (!chunks.join('').includes('\ufffd')) expect(lines.join('')).not.toContain('\ufffd');
    }),
  );
});
