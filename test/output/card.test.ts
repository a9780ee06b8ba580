import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { wrapWords } from '../../src/core/width.ts';
import { startTestSandbox, type TestSandbox } from '../fixture.ts';

let b: TestSandbox;
beforeAll(async () => {
  b = await startTestSandbox();
});
afterAll(() => b.close());

describe('a card at a terminal', () => {
  test('wraps long values below themselves', async () => {
    const { out } = await b.cli('ip show 192.0.2.10 --color never', { width: 44 });
    expect(out).toContain(['DHCP            yes: the server gets it by', '                DHCP'].join('\n'));
    expect(out).toContain('If deleted      The address is lost when its\n                server is deleted.\n');
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(52);
  });

  test('does not cut a word that has no room', async () => {
    const { out } = await b.cli('ip show 192.0.2.10 --color never', { width: 44 });
    expect(out).toContain('Server UUID     0078c168-d578-4a64-95cf-07376f1dc524\n');
  });

  test('wraps nothing in a pipe, or in a very narrow terminal', async () => {
    const piped = (await b.cli('ip show 192.0.2.10 --color never')).out;
    expect(piped).toContain('If deleted      The address is lost when its server is deleted.\n');
    const narrow = (await b.cli('ip show 192.0.2.10 --color never', { width: 30 })).out;
    expect(narrow).toContain('The address is lost when its server is deleted.\n');
  });
});

test('wrapped lines contain the words in order, and only single words are too long', () => {
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 }),
      fc.integer({ min: 1, max: 30 }),
      (words, width) => {
        const lines = wrapWords(words.join(' '), width);
        expect(lines.join(' ')).toBe(words.join(' '));
        for (const line of lines) expect(line.length <= width || !line.includes(' ')).toBe(true);
      },
    ),
  );
});
