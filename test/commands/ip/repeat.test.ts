import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../fixture.ts';

let b: TestSandbox;
beforeEach(async () => {
  b = await startTestSandbox();
});
afterEach(() => b.close());

const readSnapshot = async () => (await b.cli('ip list --json')).out;
const readStateJson = async () => JSON.stringify(await b.state());
/** Moves addresses, and changes PTR records and release policies, so that the account differs from the snapshot. */
const makeUnrelatedChanges = async () => {
  await b.cli('ip float move 192.0.2.50 --to web-2');
  await b.cli('ip float attach 192.0.2.60 --server web-1');
  await b.cli('ip ptr set 192.0.2.10 192.0.2.11 other.example.com');
  await b.cli('ip policy set release 192.0.2.12 192.0.2.60');
};
const PTR_FILE = '192.0.2.10 a.example.com\n192.0.2.11 b.example.com\n2001:DB8:1:1:D845:C4FF:FE5C:2BEB c.example.com\n';

describe('a command that is run a second time sends nothing, and succeeds', () => {
  test.each<[line: string, stdin?: string]>([
    ['ip policy set release 192.0.2.12 192.0.2.60 192.0.2.10'],
    ['ip policy set keep 192.0.2.10 192.0.2.80'],
    ['ip ptr set 192.0.2.10 192.0.2.11 same.example.com'],
    ['ip ptr set - same.example.com', '192.0.2.10\n192.0.2.11\n'],
    ['ip ptr set 192.0.2.10 one.example.com'],
    ['ip ptr clear 192.0.2.10 192.0.2.50 2001:db8:1:1:d845:c4ff:fe5c:2beb --force'],
    ['ip ptr apply - --yes', PTR_FILE],
    ['ip ptr apply - --yes --prune --force', PTR_FILE],
    ['ip ptr apply - --yes --ignore-missing', `${PTR_FILE}192.0.2.250 missing.example.com\n`],
    ['ip float attach 192.0.2.60 --server web-2'],
    ['ip float move 192.0.2.50 --from web-1 --to web-2'],
    ['ip float move --all --from web-1 --to web-2'],
    ['ip float detach 192.0.2.50'],
    ['ip float delegate 192.0.2.60 --to lb-front'],
    ['ip float undelegate 192.0.2.80'],
    ['ip float undelegate 192.0.2.80 --keep'],
    ['ip release 192.0.2.60 198.51.100.60 --yes --ignore-missing'],
  ])('upc %s', async (line, stdin) => {
    const options = stdin === undefined ? {} : { stdin };
    const first = await b.cli(`${line} --json`, options);
    expect(first).toMatchObject({ code: 0 });
    expect(first.changes.length).toBeGreaterThan(0);
    const before = await readStateJson();
    const second = await b.cli(`${line} --json`, options);
    expect(second).toMatchObject({ code: 0, changes: [] });
    for (const result of [JSON.parse(second.out)].flat()) expect(result.changed).toBe(false);
    expect(second.err).not.toMatch(/saved/i);
    expect(await readStateJson()).toBe(before);
  });

  test('upc ip restore', async () => {
    const stdin = await readSnapshot();
    await makeUnrelatedChanges();
    const first = await b.cli('ip restore - --yes', { stdin });
    expect(first).toMatchObject({ code: 0 });
    expect(first.changes).toHaveLength(5);
    const second = await b.cli('ip restore - --yes', { stdin });
    expect(second).toMatchObject({ code: 0, changes: [], err: 'Nothing differs from the snapshot.\n' });
  });

  test('upc ip restore of an address that had no PTR record, which UpCloud replaces with the default', async () => {
    await b.edit((now) => ({
      ...now,
      addresses: now.addresses.map((ip) => (ip.address === '192.0.2.11' ? { ...ip, ptr_record: '' } : ip)),
    }));
    const stdin = await readSnapshot();
    await b.cli('ip ptr set 192.0.2.11 other.example.com');
    expect((await b.cli('ip restore - --yes', { stdin })).changes).toEqual([
      'PATCH /1.3/ip_address/192.0.2.11 {"ip_address":{"ptr_record":""}}',
    ]);
    expect(await b.cli('ip restore - --yes', { stdin })).toMatchObject({ code: 0, changes: [] });
    expect((await b.cli('ip diff - --exit-code', { stdin })).code).toBe(0);
  });
});

describe('after a partial failure, the same command sends only the rest', () => {
  test.each<[line: string, rest: string, stdin?: string]>([
    [
      'ip policy set release 192.0.2.12 192.0.2.60',
      'PATCH /1.3/ip_address/192.0.2.60 {"ip_address":{"release_policy":"release"}}',
    ],
    [
      'ip ptr set 192.0.2.10 192.0.2.11 same.example.com',
      'PATCH /1.3/ip_address/192.0.2.11 {"ip_address":{"ptr_record":"same.example.com"}}',
    ],
    ['ip ptr clear 192.0.2.10 192.0.2.50 --force', 'PATCH /1.3/ip_address/192.0.2.50 {"ip_address":{"ptr_record":""}}'],
    [
      'ip ptr apply - --yes',
      'PATCH /1.3/ip_address/192.0.2.11 {"ip_address":{"ptr_record":"b.example.com"}}',
      '192.0.2.10 a.example.com\n192.0.2.11 b.example.com\n',
    ],
  ])('upc %s', async (line, rest, stdin) => {
    const options = stdin === undefined ? {} : { stdin };
    const [, path = ''] = / (\S+) /.exec(rest) ?? [];
    const address = path.split('/').at(-1) ?? '';
    const withOwner = (owner: string) => (now: Awaited<ReturnType<TestSandbox['state']>>) => ({
      ...now,
      addresses: now.addresses.map((ip) => (ip.address === address ? { ...ip, owner } : ip)),
    });
    // Just before the request for this address arrives, give the address to another account, so that the API rejects
    // it.
    b.editBeforeChange(withOwner('other'));
    const first = await b.cli(`${line} --concurrency 1 --json`, options);
    expect(first.code).toBe(6);
    await b.edit(withOwner('sandbox'));
    const second = await b.cli(`${line} --json`, options);
    expect(second).toMatchObject({ code: 0, changes: [rest] });
  });
});
