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

it('a dry run cuts no request, and the list of rules no reason', async () => {
  const env = { NO_COLOR: '1' };
  expect((await b.cli('ip assign --server web-1 --dry-run', { width: 60, env })).out).toBe(`POST  /1.3/ip_address
      {"ip_address":{"access":"public","family":"IPv4","server":"0078c168-d578-4a64-95cf-07376f1dc524"}}
`);
  const { out } = await b.cli('ip audit --list-rules', { width: 60, env });
  expect(out).toContain(`high  floating-server-down
      A floating IP is on a server that is stopped or in
      state error
      Traffic to the address is lost.
`);
  expect((await b.cli('ip audit --list-rules', { width: 250, env })).out).toMatch(/^RULE +LEVEL/);
});

it('an error for which the table has no room is printed below it', async () => {
  const env = { NO_COLOR: '1' };
  await b.edit((state) => ({
    ...state,
    addresses: state.addresses.map((ip) => ({ ...ip, ptr_record: ip.ptr_record && 'old.example.com' })),
  }));
  const run = (width?: number) => {
    // Just before the request for 192.0.2.11 arrives, give this address to another account, so that the API rejects the
    // request.
    b.editBeforeChange((state) => ({
      ...state,
      addresses: state.addresses.map((ip) => (ip.address === '192.0.2.11' ? { ...ip, owner: 'other' } : ip)),
    }));
    const line = 'ip ptr set 192.0.2.10 192.0.2.11 new.example.com --no-backup --concurrency 1';
    return b.cli(line, { ...(width && { width }), env });
  };
  const reset = () =>
    b.edit((state) => ({
      ...state,
      addresses: state.addresses.map((ip) => (ip.address === '192.0.2.11' ? { ...ip, owner: 'sandbox' } : ip)),
    }));
  const sentence = '192.0.2.11: The IP address belongs to another account.\n';
  const narrow = await run(60);
  expect(narrow.code).toBe(6);
  expect(narrow.err).toContain(sentence);
  for (const width of [200, undefined]) {
    await reset();
    expect((await run(width)).err).not.toContain(sentence);
  }
});

it('a step of a plan that does not fit is on two lines', async () => {
  const stdin = '2001:db8:1:1:d845:c4ff:fe5c:2beb a-rather-long-name.example.com\n192.0.2.11 a.example.com\n';
  const plan = async (width?: number) =>
    (await b.cli('ip ptr plan -', { stdin, env: { NO_COLOR: '1' }, ...(width && { width }) })).out;
  const whole = await plan();
  expect(whole.split('\n')).toHaveLength(3);
  expect(await plan(200)).toBe(whole);
  const narrow = await plan(80);
  expect(narrow).toContain('\n    → a-rather-long-name.example.com\n');
  for (const line of narrow.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

it('help topics are wrapped at a terminal, and lines of JSON stay whole', async () => {
  for (const topic of ['exit-codes', 'environment', 'json']) {
    const wide = (await b.cli(`help ${topic}`)).out;
    const narrow = (await b.cli(`help ${topic}`, { width: 60 })).out;
    for (const line of narrow.split('\n')) if (!/[{}]/.test(line)) expect(line.length).toBeLessThanOrEqual(60);
    expect(narrow.split(/\s+/)).toEqual(wide.split(/\s+/));
  }
  expect((await b.cli('help exit-codes', { width: 60 })).out).toContain('\n  6    some of several');
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
  // Here, environment variables choose the account, and they also apply to the command in the hint. So that command
  // needs no option.
  expect((await b.cli('ip show 192.0.2.250')).err).toMatch(/upc ip list/);
});
