import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTemporaryFolder } from '../files/processes.ts';
import { startTestSandbox, type TestSandbox } from '../fixture.ts';

let b: TestSandbox;
beforeAll(async () => {
  b = await startTestSandbox();
});
afterAll(() => b.close());

const lines = [
  'ip list',
  'ip tree',
  'ip show 192.0.2.60',
  'ip ptr plan -',
  'ip audit',
  'ip float move 192.0.2.50 --to web-2',
];

test.each(lines)('LC_ALL=C: upc %s prints ASCII only', async (line) => {
  for (const env of [{ LC_ALL: 'C' }, { LANG: 'POSIX' }, { LC_ALL: '', LC_CTYPE: 'C', LANG: 'en_US.UTF-8' }]) {
    const { out, err } = await b.cli(`${line} --color never`, { env, width: 60, stdin: '192.0.2.10 a.example.com\n' });
    expect(out).not.toBe('');
    expect(out + err).toMatch(/^[\n\x20-\x7e]*$/);
  }
});

test('LC_ALL=C: the changes that a question is about are ASCII only', async () => {
  const file = join(createTemporaryFolder(), 'ptr.hosts');
  writeFileSync(file, '192.0.2.10 a.example.com\n');
  const answers = [['Set these PTR records', 'n']] as const;
  const { err } = await b.cli(['ip', 'ptr', 'apply', file], { answers, env: { LC_ALL: 'C' } });
  expect(err).toContain('~ 192.0.2.10  www.example.com -> a.example.com');
});

test('on Windows, a pipe without a locale has ASCII only, and a terminal has lines and dashes', async () => {
  const piped = await b.cli('ip tree', { platform: 'win32', env: { LANG: undefined } });
  expect(piped.out).toMatch(/^`-- |^\|-- /m);
  expect(piped.out).toMatch(/^[\n\x20-\x7e]*$/);
  expect((await b.cli('ip tree', { platform: 'win32', width: 80, env: { LANG: undefined } })).out).toContain('└── ');
  expect((await b.cli('ip tree', { platform: 'win32', env: { LANG: 'de_DE.UTF-8' } })).out).toContain('└── ');
});

test('titles and PTR records are unchanged', async () => {
  await b.rename({ 'web-1': 'wéb–1' });
  expect((await b.cli('ip list', { env: { LC_ALL: 'C' } })).out).toContain('wéb–1');
});

test.each([{}, { LANG: 'C.UTF-8' }, { LC_ALL: 'de_DE.UTF-8', LANG: 'C' }])(
  'other locales have lines and dashes: %j',
  async (env) => {
    expect((await b.cli('ip tree', { env })).out).toContain('└── ');
  },
);
