import { expect, onTestFinished, test } from 'vitest';
import { splitWords, startTestSandbox } from '../fixture.ts';

/** The commands that print a list, and their input. */
const lists: [line: string, stdin?: string][] = [
  ['ip list'],
  ['ip float list'],
  ['ip ptr list'],
  ['ip ptr export --custom'],
  ['ip ptr plan -', '192.0.2.10 other.example.com\n198.51.100.10 new.example.com\n'],
  ['ip audit'],
  ['ip audit --list-rules'],
  ['ip release - --yes --ignore-missing', '192.0.2.60\n192.0.2.99\n198.51.100.60\n'],
  ['ip ptr clear 192.0.2.10 192.0.2.50 --dry-run'],
];

/** Splits a line of CSV into cells. The cells must not contain line breaks. */
const splitCsvLine = (row: string): string[] =>
  [...row.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');

test.each(lists)('upc %s can show every column and sort by it', async (line, stdin = '') => {
  const readCsv = async (options: string) => {
    const b = await startTestSandbox();
    onTestFinished(() => b.close());
    const { out } = await b.cli(`${line} -o csv ${options}`, { stdin });
    const [header = [], ...rows] = out.trimEnd().split('\n').map(splitCsvLine);
    return { header, rows };
  };
  const b = await startTestSandbox();
  onTestFinished(() => b.close());
  const unknown = await b.cli(`${line} --columns nonsense`, { stdin });
  const names = /^Known columns: (.+)$/m.exec(unknown.err)?.[1]?.split(', ') ?? [];
  expect(names.length).toBeGreaterThan(1);
  if (!/--list-rules|--dry-run/.test(line)) {
    const offered = await b.cli(['__complete', 'fish', ...splitWords(line), '--columns', '']);
    expect(
      offered.out
        .trimEnd()
        .split('\n')
        .slice(1)
        .map((text) => text.split('\t')[0]),
    ).toEqual(names);
  }
  const all = `--columns ${names.join()}`;

  const plain = await readCsv(all);
  expect(plain.header).toEqual(names);
  expect(plain.rows.length).toBeGreaterThan(1);
  for (const row of plain.rows) expect(row).toHaveLength(names.length);

  const shown = await b.cli(`${line} ${all} --color always`, { stdin, width: 1_000 });
  const [header = ''] = shown.out.split('\n');
  expect(header.trimEnd().split(/ {2,}/)).toHaveLength(names.length);

  for (const [i, name] of names.entries()) {
    const [up, down] = [await readCsv(`${all} --sort ${name}`), await readCsv(`${all} --sort=-${name}`)];
    expect(up.rows.toSorted()).toEqual(plain.rows.toSorted());
    const column = ({ rows }: typeof up) => rows.map((row) => row[i]);
    expect(column(up).toReversed()).toEqual(column(down));
  }
});

const changeCommands: [line: string, stdin?: string][] = [
  ['ip release 192.0.2.60 --yes'],
  ['ip release 192.0.2.60 198.51.100.60 --yes'],
  ['ip policy set release 192.0.2.60 198.51.100.60'],
  ['ip ptr clear 192.0.2.10 192.0.2.50'],
  ['ip ptr apply - --yes', '192.0.2.10 other.example.com\n'],
  ['ip float move --all --from web-1 --to web-2'],
];

test.each(changeCommands)('an unknown column is reported before upc %s changes anything', async (line, stdin = '') => {
  const b = await startTestSandbox();
  onTestFinished(() => b.close());
  for (const wrong of ['--columns address,zone', '--sort=-zone']) {
    expect(await b.cli(`${line} ${wrong}`, { stdin })).toMatchObject({
      code: 2,
      out: '',
      err: "Error: Unknown column 'zone'.\nKnown columns: address, outcome, changed, code, error\n",
      changes: [],
    });
  }
});

test.each([
  ...changeCommands,
  ['ip assign --server web-1'],
  ['ip float create --zone fi-hel2'],
  ['ip float attach 192.0.2.60 --server web-1'],
  ['ip float detach 192.0.2.50'],
  ['ip ptr set 192.0.2.10 other.example.com'],
])('an unknown format is reported before upc %s sends a request', async (line, stdin = '') => {
  const b = await startTestSandbox();
  onTestFinished(() => b.close());
  const { code, err, requests } = await b.cli(line, { stdin, env: { UPC_OUTPUT: 'tabel' } });
  expect({ code, requests }).toEqual({ code: 2, requests: [] });
  expect(err).toBe(
    "Error: Unknown output format 'tabel' in UPC_OUTPUT.\nKnown formats: table, json, ndjson, yaml, csv, markdown\n",
  );
});

test('levels are sorted by severity, addresses by number', async () => {
  const b = await startTestSandbox();
  onTestFinished(() => b.close());
  const column = async (line: string) => [...new Set((await b.cli(`${line} -o csv --no-headers`)).out.split('\n'))];
  expect(await column('ip audit --columns level --sort level')).toEqual(['warn', 'info', '']);
  expect(await column('ip audit --list-rules --columns level --sort level')).toEqual(['high', 'warn', 'info', '']);
  const { out } = await b.cli('ip audit --sort address --columns address -o csv --no-headers');
  const addresses = out.trimEnd().split('\n');
  expect(addresses.findLastIndex((one) => one.includes(':'))).toBe(addresses.length - 1);
});
