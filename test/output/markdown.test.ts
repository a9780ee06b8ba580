import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderMarkdown } from '../../src/output/markdown.ts';
import { startTestSandbox, type TestSandbox } from '../fixture.ts';

let b: TestSandbox;
beforeAll(async () => {
  b = await startTestSandbox();
});
afterAll(() => b.close());

describe('-o markdown', () => {
  test('a list is a table with headers and a row for each address', async () => {
    const { code, out } = await b.cli('ip list --floating -o markdown');
    const lines = out.trimEnd().split('\n');
    expect(code).toBe(0);
    expect(lines.slice(0, 2)).toEqual([
      '| ADDRESS | KIND | ZONE | SERVER | PTR RECORD | POLICY |',
      '| --- | --- | --- | --- | --- | --- |',
    ]);
    expect(lines).toHaveLength(2 + 4);
    expect(lines).toContain('| 192.0.2.50 | floating | fi-hel2 | `web-1` | `failover.example.com` | keep |');
  });

  test.each([
    'ip float list',
    'ip ptr list',
    'ip audit',
    'ip audit --list-rules',
    'server list',
    'zone list',
    'load-balancer list',
  ])('upc %s is one, too', async (line) =>
    expect((await b.cli(`${line} -o markdown`)).out).toMatch(/^\| [A-Z ]+ \|.*\n\| --- /),
  );

  test('an empty list is a sentence', async () => {
    expect((await b.cli('ip list --zone es-mad1 -o markdown')).out).toBe(
      "None of the account's 21 addresses matches the filters.\n",
    );
  });

  test('a plan is a fenced diff with its counts, also when it is empty', async () => {
    const plan = (stdin: string) => b.cli('ip ptr plan - -o markdown', { stdin });
    expect((await plan('192.0.2.60 spare.example.com\n')).out).toMatch(
      /^```diff\n\+ 192\.0\.2\.60 .*spare\.example\.com\n```\n\n1 to add\.\n$/,
    );
    expect((await plan('')).out).toBe('```diff\n```\n\nNothing to change.\n');
  });

  test('a difference from a snapshot is a fenced diff', async () => {
    const before = (await b.cli('ip list --json')).out.replace('failover.example.com', 'other.example.com');
    expect((await b.cli('ip diff - -o markdown', { stdin: before })).out).toBe(
      '```diff\n- 192.0.2.50 ptr other.example.com\n+ 192.0.2.50 ptr failover.example.com\n```\n\n1 ptr.\n',
    );
  });

  test('one address is a table of its fields', async () => {
    expect((await b.cli('ip show 192.0.2.50 -o markdown')).out).toMatch(
      /^\| Field \| Value \|\n\| --- \| --- \|\n\| Address \| `192\.0\.2\.50` \|/,
    );
  });

  test('a bar in a plain cell does not start another cell', () => {
    const column = { name: 'text', header: 'TEXT', typed: true, value: () => 'a|b' };
    const view = { columns: {}, defaults: [], quiet: () => '', empty: '' };
    expect([...renderMarkdown([{}], [column], view)].join('')).toBe('| TEXT |\n| --- |\n| a\\|b |\n');
  });

  test('T-13: untrusted text stays in its cell, as code', () => {
    const column = { name: 'text', header: 'TEXT', value: (row: { text: string }) => row.text };
    const view = { columns: {}, defaults: [], quiet: () => '', empty: '' };
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('|', '`', '<', '@', '\\', '\n', '[', 'a', ' ', '*', '\u001b') }),
        (text) => {
          const rendered = [...renderMarkdown([{ text }], [column], view)].join('');
          const [, , row = '', ...more] = rendered.split('\n');
          expect(more).toEqual(['']);
          // The first and the last bar enclose the cell; all others are escaped.
          expect(row.replaceAll('\\|', '').match(/\|/g)).toHaveLength(2);
          expect(row).toMatch(/^\| (?:–|(`+)(?!`).*(?<!`)\1) \|$/s);
        },
      ),
    );
  });
});

describe('--columns selects fields in formats for programs, too', () => {
  test.each(['json', 'ndjson', 'yaml'])('-o %s', async (format) => {
    const { out } = await b.cli(`ip list --floating --columns address,server,ptr -o ${format}`);
    const { parse } = await import('yaml');
    const rows =
      format === 'ndjson'
        ? out
            .trimEnd()
            .split('\n')
            .map((line) => JSON.parse(line))
        : parse(out);
    expect(rows[0]).toEqual({ address: '192.0.2.50', server: 'web-1', ptr: 'failover.example.com' });
    expect(rows).toHaveLength(4);
  });

  test('an unknown column is an error', async () => {
    expect(await b.cli('ip list --columns nonsense --json')).toMatchObject({ code: 2, out: '' });
  });

  test('-o=json is -o json', async () => {
    expect((await b.cli('ip list -o=json')).out).toBe((await b.cli('ip list -o json')).out);
  });
});

describe('upc ip list <text> finds addresses', () => {
  test.each([
    ['192.0.2.5', ['192.0.2.50']],
    ['FAILOVER', ['192.0.2.50']],
    ['db-1', undefined],
  ])('by address, PTR record or server title, in any case: %s', async (text, addresses) => {
    const { code, out } = await b.cli(`ip list ${text} -q`);
    expect(code).toBe(0);
    if (addresses) expect(out.trimEnd().split('\n')).toEqual(addresses);
    else expect(out).toBe((await b.cli('ip list --server db-1 -q')).out);
  });

  test('by any spelling of an IPv6 address', async () => {
    const [address = ''] = (await b.cli('ip list --family IPv6 -q')).out.split('\n');
    const capitals = address.toUpperCase().replace(/:0+/g, ':');
    expect((await b.cli(`ip list ${capitals} -q`)).out).toBe(`${address}\n`);
  });
});
