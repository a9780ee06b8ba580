import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox, upc } from '../fixture.ts';

let b: TestSandbox;
beforeAll(async () => {
  b = await startTestSandbox();
});
afterAll(() => b.close());

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
