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

test('an unknown value names the known ones', async () => {
  const { code, err } = await b.cli('ip list --access sideways');
  expect(code).toBe(2);
  expect(err).toContain('public, utility, private');
});
