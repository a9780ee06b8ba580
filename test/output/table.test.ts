import fc from 'fast-check';
import stringWidth from 'string-width';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sanitize } from '../../src/core/sanitize.ts';
import type { NamedColumn } from '../../src/output/columns.ts';
import { createPalette } from '../../src/output/style.ts';
import { renderTable } from '../../src/output/table.ts';
import { startTestSandbox, type TestSandbox } from '../fixture.ts';

let b: TestSandbox;
const titles: Record<string, string> = {
  'web-1': 'お店のウェブサーバー',
  'web-2': '🫠🫨 café 👩‍👩‍👧 e\u0301',
  'edge-1': '\u001b[31mred\u001b[0m\u202e\n\u0007evil',
};

beforeAll(async () => {
  b = await startTestSandbox();
  await b.rename(titles);
});
afterAll(() => b.close());

const readScreen = async (line: string, width?: number) =>
  (await b.cli(line, width === undefined ? {} : { width })).out;

it.each([60, 80, 120, 200])('a list fits a terminal of %i columns, for any title', async (width) => {
  const out = await readScreen('ip list --color never', width);
  for (const line of out.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(width);
  expect(`\n${out}`).toMatchSnapshot();
});

it('in a pipe, no value is shortened, no column dropped and no text coloured', async () => {
  const out = await readScreen('ip list');
  expect(out).not.toMatch(/[…\u001b]/);
  expect(out).toContain('2001:db8:1:1:d845:c4ff:fe5c:2beb');
  expect(out).toContain('\\u{1b}[31mred\\u{1b}[0m\\u{202e}\\u{a}\\u{7}evil');
});

it('addresses are cut last', async () => {
  expect(await readScreen('ip list --color never --server web-1.example.com --family IPv6', 34)).toBe(
    'ADDRESS\n2001:db8:1:1:d845:c4ff:fe5c:2beb\n',
  );
  expect(await readScreen('ip list --color never --server web-1.example.com --family IPv6', 20)).toBe(
    'ADDRESS\n2001:db8:1:1:d845:c…\n',
  );
});

it('at 80 columns the names are whole, and zone and policy are left out first', async () => {
  const { out, err } = await b.cli('ip list', { width: 80 });
  const named = (await b.cli('ip list --json')).out.match(/"ptr_record": "[^"]*example\.com"/g) ?? [];
  expect(named.length).toBeGreaterThan(5);
  for (const field of named) expect(out).toContain(field.slice('"ptr_record": "'.length, -1));
  expect(err).toBe('The terminal is too narrow to show ZONE, POLICY. Choose columns with --columns.\n');
});

it('a pseudo-terminal without a size counts as 80 columns wide', async () => {
  expect(await readScreen('ip list --color never', 0)).toBe(await readScreen('ip list --color never', 80));
});

it('colour only repeats the meaning of the text, and can be turned off', async () => {
  const line = 'ip list --detached --columns address,server';
  const plain = 'ADDRESS        SERVER\n192.0.2.60     detached\n198.51.100.60  detached\n';
  const coloured = (await b.cli(line, { width: 80 })).out;
  expect(coloured).toContain('\u001b[33mdetached\u001b[39m');
  expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(plain);
  expect((await b.cli(line, { width: 80, env: { NO_COLOR: '1' } })).out).toBe(plain);
  expect((await b.cli(line, { width: 80, env: { TERM: 'dumb' } })).out).toBe(plain);
  expect((await b.cli(`${line} --color never`, { width: 80, env: { FORCE_COLOR: '1' } })).out).toBe(plain);
  expect((await b.cli(line, { env: { FORCE_COLOR: '1' } })).out).toBe(coloured);
  expect((await b.cli(line, { env: { FORCE_COLOR: '1', NO_COLOR: '1' } })).out).toBe(plain);
  expect((await b.cli(`${line} --color always`, { env: { NO_COLOR: '1' } })).out).toBe(coloured);
});

const rowCells = fc.array(fc.string({ unit: 'grapheme', maxLength: 30 }), { minLength: 6, maxLength: 6 });
const columnSpecs = fc.array(
  fc.record({ weight: fc.integer({ min: 1, max: 9 }), min: fc.integer({ min: 1, max: 20 }), right: fc.boolean() }),
  { minLength: 1, maxLength: 6 },
);

it('no line is wider than the terminal, and columns stay aligned', () => {
  fc.assert(
    fc.property(
      fc.array(rowCells, { maxLength: 60 }),
      columnSpecs,
      fc.integer({ min: 1, max: 200 }),
      (rows, shapes, width) => {
        const columns = shapes.map(
          ({ weight, min, right }, i): NamedColumn<string[]> => ({
            name: `c${i}`,
            header: `見出し${i}`,
            value: (cells) => cells[i] ?? null,
            tone: () => 'warn',
            weight,
            min,
            ...(right && { align: 'right' }),
          }),
        );
        const renderTestTable = (palette: 0 | 1) =>
          [
            ...renderTable(rows, columns, { width, headers: true, palette: createPalette(palette ? coloured : plain) }),
          ].join('');
        const lines = renderTestTable(0).split('\n').slice(0, -1);
        expect(lines).toHaveLength(rows.length + 1);
        for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(width);
        expect(
          renderTestTable(1)
            .replace(/\u001b\[\d+m/g, '')
            .replace(/ +$/gm, ''),
        ).toBe(renderTestTable(0));
      },
    ),
  );
});
const coloured = { mode: 'always', isTerminal: true, env: {}, platform: 'linux' } as const;
const plain = { mode: 'never', isTerminal: true, env: {}, platform: 'linux' } as const;

it('every cell starts under its header, also after emoji', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 12 }), { minLength: 1 }), (texts) => {
      const columns: NamedColumn<string>[] = [
        { name: 'a', header: 'A', value: (text) => text },
        { name: 'b', header: '#', value: () => '#' },
      ];
      const lines = [...renderTable(texts, columns, { width: undefined, headers: true, palette: createPalette(plain) })]
        .join('')
        .split('\n');
      const starts = lines.slice(0, -1).map((line) => stringWidth(line.slice(0, line.lastIndexOf('#'))));
      expect(new Set(starts).size).toBe(1);
      expect(lines[1]).toContain(sanitize(texts[0] ?? '').trimEnd());
    }),
  );
});
