import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createTemporaryFolder } from '../../files/processes.ts';
import { startTestSandbox } from '../../fixture.ts';

/** Starts a sandbox, and saves a snapshot of its account in a file. */
async function startSandboxWithSnapshot() {
  const b = await startTestSandbox();
  onTestFinished(() => b.close());
  const file = join(createTemporaryFolder(), 'before.json');
  writeFileSync(file, (await b.cli('ip list --json')).out);
  return { b, file };
}

const formatDifferences = (out: string) =>
  JSON.parse(out).map(({ address, what }: Record<string, string>) => `${address} ${what}`);

describe('upc ip diff', () => {
  test('an unchanged account does not differ', async () => {
    const { b, file } = await startSandboxWithSnapshot();
    expect(await b.cli(`ip diff ${file} --exit-code`)).toMatchObject({
      code: 0,
      out: '',
      err: 'Nothing differs from the snapshot.\n',
    });
    expect((await b.cli(`ip diff ${file} --json`)).out).toBe('[]\n');
  });

  test('attachments, PTR records, policies, new and missing addresses, each with now and then', async () => {
    const { b, file } = await startSandboxWithSnapshot();
    await b.cli('ip float move 192.0.2.50 --to web-2');
    await b.cli('ip ptr set 192.0.2.10 other.example.com');
    await b.cli('ip policy set release 192.0.2.60');
    await b.cli('ip release 198.51.100.60 --yes');
    await b.cli('ip float create --zone fi-hel2');
    const { code, out } = await b.cli(`ip diff ${file} --json --exit-code`);
    expect(code).toBe(10);
    expect(formatDifferences(out)).toEqual(
      expect.arrayContaining([
        '192.0.2.10 ptr',
        '192.0.2.50 attachment',
        '192.0.2.60 policy',
        '198.51.100.60 missing',
        expect.stringMatching(/ new$/),
      ]),
    );
    expect(JSON.parse(out)).toHaveLength(5);
    const moved = JSON.parse(out).find(({ what }: { what: string }) => what === 'attachment');
    expect(moved).toMatchObject({ now: 'da:45:c4:5c:7a:02', before: 'da:45:c4:5c:65:6c' });
    expect((await b.cli(`ip diff ${file}`)).out).toMatch(/192\.0\.2\.50 +attachment +web-2 +web-1/);
  });

  test('the snapshot of a large account is read, also in the UTF-16 of PowerShell', async () => {
    const { b, file } = await startSandboxWithSnapshot();
    const listed = readFileSync(file, 'utf8');
    // Make the snapshot as large as that of an account with 100,000 addresses: 40 million characters.
    const large = Buffer.from(`\ufeff${listed}${' '.repeat(40_000_000)}`, 'utf16le');
    const stdin = Readable.from([large]);
    expect(await b.cli('ip diff - --exit-code', { stdin })).toMatchObject({ code: 0, out: '' });
  });

  test.each([
    ['{}', 'it is not an array of addresses'],
    ['nonsense', 'it is not JSON'],
    ['[{"address":"192.0.2.10"}]', 'is missing'],
  ])('a snapshot that is none is an error: %s', async (text, why) => {
    const { b } = await startSandboxWithSnapshot();
    const { code, err, requests } = await b.cli('ip diff - --json', { stdin: text });
    expect({ code, requests, error: JSON.parse(err).error.code }).toEqual({
      code: 2,
      requests: [],
      error: 'SNAPSHOT_INVALID',
    });
    expect(err).toContain(why);
  });
});

describe('upc ip restore', () => {
  test('puts everything back with one request for each address, and the diff is empty then', async () => {
    const { b, file } = await startSandboxWithSnapshot();
    await b.cli('ip float move 192.0.2.50 --to web-2');
    await b.cli('ip ptr set 192.0.2.50 other.example.com');
    await b.cli('ip ptr clear 192.0.2.10');
    const { code, out, changes } = await b.cli(`ip restore ${file} --yes --json`);
    expect({ code, changes: changes.length }).toEqual({ code: 0, changes: 2 });
    expect(JSON.parse(out)).toEqual([
      { address: '192.0.2.10', outcome: 'ok', changed: true },
      { address: '192.0.2.50', outcome: 'ok', changed: true },
    ]);
    expect((await b.cli(`ip diff ${file} --json`)).out).toBe('[]\n');
    expect((await b.cli(`ip restore ${file} --yes --json`)).out).toBe('[]\n');
  });

  test('evacuating a server and restoring leaves the other server its own addresses', async () => {
    const { b } = await startSandboxWithSnapshot();
    await b.cli('ip float attach 192.0.2.60 --server web-2');
    const file = join(createTemporaryFolder(), 'before.json');
    writeFileSync(file, (await b.cli('ip list --json')).out);
    await b.cli('ip float move --all --from web-1 --to web-2');
    expect(await b.cli(`ip restore ${file} --yes`)).toMatchObject({ code: 0 });
    expect((await b.cli('ip list --floating --server web-2 -q')).out).toBe('192.0.2.60\n');
    expect((await b.cli('ip list --floating --server web-1 -q')).out).toBe('192.0.2.50\n');
  });

  test('--only limits it; --dry-run sends nothing', async () => {
    const { b, file } = await startSandboxWithSnapshot();
    await b.cli('ip float move 192.0.2.50 --to web-2');
    await b.cli('ip ptr set 192.0.2.50 other.example.com');
    const dry = await b.cli(`ip restore ${file} --dry-run --only attachment --json`);
    expect(dry.changes).toEqual([]);
    expect(JSON.parse(dry.out)).toEqual([
      {
        method: 'PATCH',
        path: '/1.3/ip_address/192.0.2.50',
        body: { ip_address: { mac: 'da:45:c4:5c:65:6c' } },
      },
    ]);
    await b.cli(`ip restore ${file} --only ptr --yes`);
    expect(formatDifferences((await b.cli(`ip diff ${file} --json`)).out)).toEqual(['192.0.2.50 attachment']);
    expect(await b.cli(`ip restore ${file} --only nonsense --yes`)).toMatchObject({ code: 2, requests: [] });
  });

  test('what is gone, and a server that is gone, are skipped with the reason', async () => {
    const { b, file } = await startSandboxWithSnapshot();
    await b.cli('ip release 198.51.100.60 --yes');
    await b.cli('ip float detach 192.0.2.50');
    await b.edit((state) => ({ ...state, servers: state.servers.filter(({ title }) => title !== 'web-1') }));
    const { code, out, changes } = await b.cli(`ip restore ${file} --yes --json`);
    expect({ code, changes }).toEqual({ code: 0, changes: [] });
    const reasons = JSON.parse(out).map(({ address, error }: { address: string; error: { code: string } }) => [
      address,
      error.code,
    ]);
    expect(reasons).toEqual(
      expect.arrayContaining([
        ['198.51.100.60', 'IP_ADDRESS_NOT_FOUND'],
        ['192.0.2.50', 'SERVER_NOT_FOUND'],
      ]),
    );
  });

  test('an address that is changed after the comparison is left as it is (ADDRESS_CHANGED_MEANWHILE)', async () => {
    const { b, file } = await startSandboxWithSnapshot();
    await b.cli('ip ptr set 192.0.2.10 other.example.com');
    await b.cli('ip float move 192.0.2.50 --to web-2');
    b.editBeforeChange((state) => ({
      ...state,
      addresses: state.addresses.map((ip) => (ip.address === '192.0.2.50' ? { ...ip, mac: null } : ip)),
    }));
    const { code, out, changes } = await b.cli(`ip restore ${file} --yes --json --concurrency 1`);
    expect(code).toBe(6);
    expect((await b.state()).addresses.find(({ address }) => address === '192.0.2.50')?.mac).toBeNull();
    expect(changes).toEqual([expect.stringMatching(/^PATCH \/1\.3\/ip_address\/192\.0\.2\.10 /)]);
    expect(JSON.parse(out)[1]).toMatchObject({
      address: '192.0.2.50',
      outcome: 'failed',
      error: { code: 'ADDRESS_CHANGED_MEANWHILE' },
    });
  });

  test('differences that it cannot restore are reported, and never called none', async () => {
    const { b, file } = await startSandboxWithSnapshot();
    await b.cli('ip float delegate 192.0.2.60 --to lb-front');
    const delegated = await b.cli(`ip restore ${file} --yes --json`);
    expect(delegated.changes).toEqual([]);
    expect(JSON.parse(delegated.out)).toMatchObject([
      { address: '192.0.2.60', outcome: 'skipped', error: { code: 'DELEGATION_NOT_RESTORED' } },
    ]);
    await b.cli('ip float undelegate 192.0.2.60');
    await b.cli('ip ptr set 192.0.2.10 other.example.org');
    await b.cli('ip float create --zone fi-hel2');
    const { code, err } = await b.cli(`ip restore ${file} --only policy --yes`);
    expect({ code, err }).toEqual({
      code: 0,
      err: 'Nothing to restore: all differences are new addresses or left out by --only (1 ptr, 1 new).\n',
    });
  });

  test('asks at a terminal, and needs --yes without one', async () => {
    const { b, file } = await startSandboxWithSnapshot();
    await b.cli('ip ptr set 192.0.2.10 other.example.com');
    expect(await b.cli(`ip restore ${file}`)).toMatchObject({ code: 2, changes: [] });
    const question = 'Restore these differences (1 ptr)?';
    const declined = await b.cli(`ip restore ${file}`, { answers: [[question, 'n']] });
    expect(declined).toMatchObject({ code: 2, changes: [] });
    expect(await b.cli(`ip restore ${file}`, { answers: [[question, 'y']] })).toMatchObject({ code: 0 });
    expect((await b.cli(`ip diff ${file} --json`)).out).toBe('[]\n');
  });

  test('a restored account has an empty diff, whatever was changed', async () => {
    const change = fc.constantFrom(
      'ip float move 192.0.2.50 --to web-2',
      'ip float detach 192.0.2.50',
      'ip float attach 192.0.2.60 --server web-1',
      'ip float attach 192.0.2.60 --server web-2',
      'ip float move --all --from web-2 --to web-1',
      'ip ptr set 192.0.2.10 other.example.com',
      'ip ptr clear 192.0.2.10 192.0.2.50',
      'ip ptr set 192.0.2.60 spare.example.com',
      'ip policy set keep 192.0.2.10 192.0.2.11',
      'ip policy set release 192.0.2.50 192.0.2.60',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), async (lines) => {
        const b = await startTestSandbox();
        const before = (await b.cli('ip list --json')).out;
        for (const line of lines) await b.cli(line);
        expect(await b.cli('ip restore - --yes', { stdin: before })).toMatchObject({ code: 0 });
        expect((await b.cli('ip diff - --json', { stdin: before })).out).toBe('[]\n');
        await b.close();
      }),
      { numRuns: 25 },
    );
  });
});
