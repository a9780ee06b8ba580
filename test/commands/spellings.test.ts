import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../fixture.ts';

let b: TestSandbox;
beforeAll(async () => {
  b = await startTestSandbox();
});
afterAll(() => b.close());

describe('values in any case', () => {
  test.each([
    'ip list --access PUBLIC',
    'ip list --policy Keep',
    'ip list --family ipv6',
    'ip list -o JSON',
    'ip audit --fail-on HIGH --ignore ptr-default --ignore delegated-release --ignore floating-server-down',
    'ip tree --format Mermaid',
    'ip policy set KEEP 192.0.2.50',
    'ip list --zone FI-HEL2',
    'ip list --server 0078C168-D578-4A64-95CF-07376F1DC524',
    'ip list --server WEB-1',
    'ip list --columns ADDRESS,Zone --sort -Zone',
    'ip list --color NEVER',
    'ip audit --ignore PTR-Default',
    'help Exit-Codes',
  ])('upc %s', async (line) => expect(await b.cli(line)).toMatchObject({ code: 0 }));
});

test('a title is found however its characters are composed', async () => {
  const { out } = await b.cli('ip list --server web-1 -q');
  await b.rename({ 'web-1': 'cafe\u0301-1' });
  expect(await b.cli(['ip', 'list', '--server', 'caf\u00e9-1', '-q'])).toMatchObject({ code: 0, out });
  await b.rename({ 'cafe\u0301-1': 'caf\u00e9-1' });
  expect(await b.cli(['ip', 'list', '--server', 'cafe\u0301-1', '-q'])).toMatchObject({ code: 0, out });
  await b.rename({ 'caf\u00e9-1': 'web-1' });
});

test('a text is found in titles however its characters are composed', async () => {
  await b.rename({ 'web-1': 'cafe\u0301-1' });
  const { out } = await b.cli(['ip', 'list', 'CAF\u00c9', '-q']);
  expect(out).toContain('192.0.2.10\n');
  await b.rename({ 'cafe\u0301-1': 'web-1' });
});

test('columns keep their own names in JSON', async () => {
  const { out } = await b.cli('ip list --columns ADDRESS,Kind --json');
  expect(Object.keys(JSON.parse(out)[0])).toEqual(['address', 'kind']);
});

test('--ignore in any case ignores the rule', async () => {
  expect((await b.cli('ip audit --ignore PTR-DEFAULT --json')).out).not.toContain('ptr-default');
});

describe('environment variables', () => {
  test('UPC_OUTPUT', async () => {
    const { out } = await b.cli('ip list', { env: { UPC_OUTPUT: 'Json' } });
    expect(JSON.parse(out).length).toBeGreaterThan(0);
  });

  test.each(['0078C168-D578-4A64-95CF-07376F1DC524', 'WEB-1', '0078C168'])('UPC_SELF=%s', async (UPC_SELF) => {
    const named = await b.cli('ip list --server self -q', { env: { UPC_SELF } });
    expect(named).toMatchObject({ code: 0, out: (await b.cli('ip list --server web-1 -q')).out });
  });
});

describe('in files', () => {
  test.each([
    ['hosts', '2001:DB8:1:1:D845:C4FF:FE5C:2BEB WWW.Example.COM\n192.0.2.11 CAFE\u0301.example.com\n'],
    ['CSV', 'Address,PTR_Record\n2001:DB8:1:1:D845:C4FF:FE5C:2BEB,WWW.Example.COM\n192.0.2.11,CAF\u00c9.example.com\n'],
    ['zone file', '$origin 2.0.192.IN-ADDR.ARPA.\n11 in ptr XN--CAF-dma.Example.com.\n'],
  ])('%s', async (_name, stdin) => {
    const { code, out } = await b.cli('ip ptr plan - --json', { stdin });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject([{ address: '192.0.2.11', action: 'add', to: 'xn--caf-dma.example.com' }]);
  });

  test('a snapshot', async () => {
    const list = JSON.parse((await b.cli('ip list --json')).out) as { server: string | null; mac: string | null }[];
    const loud = list.map((ip) => ({
      ...ip,
      ...{ server: ip.server?.toUpperCase() ?? null, mac: ip.mac?.toUpperCase() ?? null, release_policy: null },
    }));
    expect(await b.cli('ip diff - --json', { stdin: JSON.stringify(loud) })).toMatchObject({ code: 0, out: '[]\n' });
    const policies = list.map((ip) => ({ ...ip, release_policy: 'RELEASE' }));
    const { out } = await b.cli('ip diff - --json', { stdin: JSON.stringify(policies) });
    expect(JSON.parse(out)).toContainEqual(
      expect.objectContaining({ address: '192.0.2.12', before: 'release', now: 'keep' }),
    );
    expect(out).not.toContain('192.0.2.10"');
  });
});

test('an unknown value names the known ones', async () => {
  const { code, err } = await b.cli('ip list --access sideways');
  expect(code).toBe(2);
  expect(err).toContain('public, utility, private');
});
