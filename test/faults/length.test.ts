import { expect, test } from 'vitest';
import { measureTextWidth, shortenText } from '../../src/core/width.ts';
import { startTestSandbox } from '../fixture.ts';

/** The length of the texts. At this length, a quadratic algorithm would take minutes. */
const LONG_TEXT_LENGTH = 20_000;
const repeatedTexts = {
  escapes: '\u001b',
  spaces: 'a ',
  marks: '\u0300',
  emoji: '👩‍👩‍👧',
  Chinese: '漢',
  quotes: '"',
  'line feeds': '\n',
  'zero-width joiners': '\u200d',
};
const commands = ['ip list', 'ip list -o csv', 'ip list -o yaml', 'ip tree', 'ip tree --format mermaid', 'ip audit'];

test.each(Object.entries(repeatedTexts))(
  'T-13 the cost of a title and a PTR record with very many %s is linear',
  {
    timeout: 120_000,
  },
  async (_, unit) => {
    const b = await startTestSandbox();
    const text = `${unit.repeat(LONG_TEXT_LENGTH / unit.length)}x`;
    await b.edit((state) => ({
      ...state,
      servers: state.servers.map((server, i) => (i === 0 ? { ...server, title: text } : server)),
      addresses: state.addresses.map((ip, i) => (i === 1 ? { ...ip, ptr_record: text } : ip)),
    }));
    for (const line of commands) {
      for (const width of [undefined, 100]) {
        const started = performance.now();
        const { code, out } = await b.cli(line, width === undefined ? {} : { width });
        expect([line, code, out === '']).toEqual([line, 0, false]);
        // The command takes about 0.1 s. The limit is generous, for busy machines.
        expect(performance.now() - started).toBeLessThan(5_000);
      }
    }
    await b.close();
  },
);

test('T-13 one long text does not lengthen the other rows', async () => {
  const b = await startTestSandbox();
  await b.rename({ 'web-1': 'x'.repeat(LONG_TEXT_LENGTH) });
  const lengths = (await b.cli('ip list')).out.split('\n').map(({ length }) => length);
  expect(Math.max(...lengths)).toBeGreaterThan(LONG_TEXT_LENGTH);
  expect(lengths.filter((length) => length < 1_000).length).toBeGreaterThan(5);
  await b.close();
});

test('a text of any characters is truncated to its width', () => {
  for (const unit of Object.values(repeatedTexts).filter((one) => one !== '\u001b' && one !== '\n')) {
    const cut = shortenText(`${unit.repeat(LONG_TEXT_LENGTH / unit.length)}x`, 20);
    expect(measureTextWidth(cut)).toBeLessThanOrEqual(20);
    expect(cut.length).toBeLessThan(20 * 33);
  }
  expect(shortenText('Überraschung in Zürich', 12)).toBe('Überraschun…');
  expect(shortenText('東京のサーバー', 7)).toBe('東京の…');
  expect(measureTextWidth('Größe 漢字 é')).toBe(12);
});
