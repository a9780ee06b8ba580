import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Bench, bench, upc } from '../fixture.ts';

let b: Bench;
beforeAll(async () => {
  b = await bench();
});
afterAll(() => b.close());

it('findings are shown as blocks in a narrow terminal: no text is cut, no command is wrapped', async () => {
  const env = { NO_COLOR: '1' };
  const narrow = (await b.cli('ip audit', { width: 60, env })).out;
  expect(narrow).toContain(`warn  192.0.2.60  floating-detached
      is detached. It costs 0.336 cents an hour (2.45 EUR
      for 730 hours).
      upc ip release 192.0.2.60

`);
  expect(narrow).not.toContain('…');
  for (const line of narrow.split('\n').filter((text) => !text.startsWith('      upc ')))
    expect(line.length).toBeLessThanOrEqual(60);
  // In a wide terminal, with --columns, and in a pipe, findings are a table.
  for (const [line, width] of [
    ['ip audit', 250],
    ['ip audit --columns level,id', 60],
    ['ip audit', undefined],
  ] as const) {
    expect((await b.cli(line, { ...(width && { width }), env })).out).toMatch(/^LEVEL +RULE/);
  }
});

it('the preview of a release is not wrapped in a narrow terminal', async () => {
  const answers = [['Type 2 to release these 2 addresses. This cannot be undone: ', 'n']] as const;
  const { err } = await b.cli('ip release 192.0.2.60 198.51.100.60', { answers, errorWidth: 40 });
  expect(err).toMatch(
    /^192\.0\.2\.60\n {6}floating\n {6}fi-hel2\n {6}detached\n {6}192-0-2-60\.fi-hel2\.upcloud\.host\n\n198/,
  );
});

it('a list reports the columns that do not fit, at a terminal only', async () => {
  const env = { NO_COLOR: '1' };
  expect((await b.cli('ip list', { width: 60, env })).err).toBe(
    'The terminal is too narrow to show KIND, ZONE, PTR RECORD, POLICY. Choose columns with --columns.\n',
  );
  expect((await b.cli('ip list', { width: 200, env })).err).toBe('');
  expect((await b.cli('ip list')).err).toBe('');
});

it('commands in hints and fixes use the same account', async () => {
  const missing = await upc('ip show 192.0.2.250 --sandbox');
  expect(missing.err).toContain('upc --sandbox ip list');
  const audit = await upc('ip audit --sandbox --json');
  const fixes = JSON.parse(audit.out).map(({ fix }: { fix: string }) => fix);
  expect(fixes.length).toBeGreaterThan(0);
  for (const fix of fixes) expect(fix).toMatch(/^upc --sandbox ip /);
  // The environment also applies to the next command.
  expect((await b.cli('ip show 192.0.2.250')).err).toMatch(/upc ip list/);
});
