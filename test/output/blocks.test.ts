import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Bench, bench, upc } from '../fixture.ts';

let b: Bench;
beforeAll(async () => {
  b = await bench();
});
afterAll(() => b.close());

it('findings that a terminal has no room for are blocks: nothing is cut, and commands are whole', async () => {
  const env = { NO_COLOR: '1' };
  const narrow = (await b.cli('ip audit', { width: 60, env })).out;
  expect(narrow).toContain(`warn  192.0.2.60  floating-detached
      is detached. It costs 0.336 cents an hour: 2.45 EUR in
      a month of 730 hours.
      upc ip release 192.0.2.60

`);
  expect(narrow).not.toContain('…');
  for (const line of narrow.split('\n').filter((text) => !text.startsWith('      upc ')))
    expect(line.length).toBeLessThanOrEqual(60);
  // With room, with columns that are chosen, and in a pipe it is a table.
  for (const [line, width] of [
    ['ip audit', 250],
    ['ip audit --columns level,id', 60],
    ['ip audit', undefined],
  ] as const) {
    expect((await b.cli(line, { ...(width && { width }), env })).out).toMatch(/^LEVEL +RULE/);
  }
});

it('what is to be released is not wrapped where the terminal has no room for a table', async () => {
  const answers = [['Type 2 to release these 2 addresses. This cannot be undone: ', 'n']] as const;
  const { err } = await b.cli('ip release 192.0.2.60 198.51.100.60', { answers, errorWidth: 40 });
  expect(err).toMatch(
    /^192\.0\.2\.60\n {6}floating\n {6}fi-hel2\n {6}detached\n {6}192-0-2-60\.fi-hel2\.upcloud\.host\n\n198/,
  );
});

it('a list says which columns it had no room for, at a terminal only', async () => {
  const env = { NO_COLOR: '1' };
  expect((await b.cli('ip list', { width: 60, env })).err).toBe(
    'No room for KIND, ZONE, POLICY: --columns picks others.\n',
  );
  expect((await b.cli('ip list', { width: 200, env })).err).toBe('');
  expect((await b.cli('ip list')).err).toBe('');
});

it('hints and commands that mend something are about the account that was meant', async () => {
  const missing = await upc('ip show 192.0.2.250 --sandbox');
  expect(missing.err).toContain('upc --sandbox ip list');
  const audit = await upc('ip audit --sandbox --json');
  const fixes = JSON.parse(audit.out).map(({ fix }: { fix: string }) => fix);
  expect(fixes.length).toBeGreaterThan(0);
  for (const fix of fixes) expect(fix).toMatch(/^upc --sandbox ip /);
  // What the environment says holds for the next command, too.
  expect((await b.cli('ip show 192.0.2.250')).err).toMatch(/upc ip list/);
});
