import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startApiServer } from '../../api-server.ts';
import { instantClock } from '../../faults/cell.ts';
import { startTestSandbox, type TestSandbox, upc } from '../../fixture.ts';

let b: TestSandbox;
beforeEach(async () => {
  b = await startTestSandbox();
});
afterEach(() => b.close());

/** Two addresses as the API returns them. */
const twoAddresses = ['192.0.2.10', '192.0.2.11'].map((address) => ({
  address,
  access: 'public',
  family: 'IPv4',
  zone: 'fi-hel2',
  ptr_record: '',
  release_policy: 'release',
}));

describe('several addresses at once (T-6)', () => {
  test('duplicates in any spelling are merged; outcomes come in the order of the arguments', async () => {
    const six = '2001:db8:1:1:d845:c4ff:fe5c:2beb';
    const result = await b.cli([
      'ip',
      'ptr',
      'clear',
      '192.0.2.50',
      six,
      '192.0.2.10',
      six.toUpperCase(),
      '192.0.2.50',
      '--json',
    ]);
    expect(result.code).toBe(0);
    expect(JSON.parse(result.out)).toEqual([
      { address: '192.0.2.50', outcome: 'ok', changed: true },
      { address: six, outcome: 'ok', changed: true },
      { address: '192.0.2.10', outcome: 'ok', changed: true },
    ]);
    expect([...result.changes].sort()).toEqual([
      'PATCH /1.3/ip_address/192.0.2.10 {"ip_address":{"ptr_record":""}}',
      'PATCH /1.3/ip_address/192.0.2.50 {"ip_address":{"ptr_record":""}}',
      `PATCH /1.3/ip_address/${six} {"ip_address":{"ptr_record":""}}`,
    ]);
  });

  test.each([
    [
      { status: 401, body: { error: { error_code: 'AUTHENTICATION_FAILED', error_message: 'no' } } },
      4,
      'check that variable',
    ],
    [
      { status: 429, body: { error: { error_code: 'TOO_MANY_REQUESTS', error_message: 'no' } } },
      7,
      'Nothing was changed',
    ],
    [
      { status: 409, body: { error: { error_code: 'SERVER_STATE_ILLEGAL', error_message: 'It is busy.' } } },
      8,
      'UpCloud says: It is busy.',
    ],
  ])(
    'if all fail for one reason, the exit code and the report are those of that reason: %j',
    async (rejected, code, hint) => {
      const { env } = await startApiServer({
        'GET /ip_address': { body: { ip_addresses: { ip_address: twoAddresses } } },
        'PATCH /ip_address/192.0.2.10': rejected,
        'PATCH /ip_address/192.0.2.11': rejected,
      });
      const result = await upc('ip policy set keep 192.0.2.10 192.0.2.11 --json', { env, clock: instantClock });
      expect(result.code).toBe(code);
      expect(JSON.parse(result.out)).toMatchObject([{ outcome: 'failed' }, { outcome: 'failed' }]);
      expect(result.err).toContain(hint);
    },
  );

  test.each([
    ['AUTHENTICATION_FAILED', 401],
    ['IP_ADDRESS_DELEGATED', 409],
  ])('for different reasons it is 6: SERVER_STATE_ILLEGAL and %s (HTTP %i)', async (code, status) => {
    const no = (error_code: string) => ({ error: { error_code, error_message: 'no' } });
    const { env } = await startApiServer({
      'GET /ip_address': { body: { ip_addresses: { ip_address: twoAddresses } } },
      'PATCH /ip_address/192.0.2.10': { status: 409, body: no('SERVER_STATE_ILLEGAL') },
      'PATCH /ip_address/192.0.2.11': { status, body: no(code) },
    });
    const result = await upc('ip policy set keep 192.0.2.10 192.0.2.11', { env });
    expect([result.code, result.err]).toEqual([6, '0 set to keep, 2 failed.\n']);
  });

  test('goes on after a failure, and says which one failed and why (exit 6)', async () => {
    b.editBeforeChange((state) => ({
      ...state,
      addresses: state.addresses.filter((ip) => ip.address !== '198.51.100.60'),
    }));
    const result = await b.cli('ip release 198.51.100.60 192.0.2.60 192.0.2.50 --yes --json');
    expect(result.code).toBe(6);
    expect(JSON.parse(result.out)).toEqual([
      {
        address: '198.51.100.60',
        outcome: 'failed',
        changed: false,
        error: { code: 'IP_ADDRESS_NOT_FOUND', message: 'This account has no such IP address.' },
      },
      { address: '192.0.2.60', outcome: 'ok', changed: true },
      { address: '192.0.2.50', outcome: 'ok', changed: true },
    ]);
    expect(result.err).toBe(
      '2 released, 1 failed.\n' +
        'To release the rest, run the command again with --ignore-missing: it skips the addresses that are already released.\n',
    );
    const again = await b.cli('ip release 198.51.100.60 192.0.2.60 192.0.2.50 --yes');
    expect(again).toMatchObject({ code: 5, out: '' });
    expect(again.err).toContain(
      'Nothing was released. To skip addresses that are not on the account, add --ignore-missing.\n',
    );
    const converged = await b.cli('ip release 198.51.100.60 192.0.2.60 192.0.2.50 --yes --ignore-missing');
    expect(converged).toMatchObject({ code: 0, err: '0 released, 3 skipped.\n' });
  });

  test('-q prints the changed addresses, and reports the rest on stderr', async () => {
    await b.edit((state) => ({
      ...state,
      addresses: state.addresses.map((ip) => (ip.address === '192.0.2.60' ? { ...ip, mac: null } : ip)),
    }));
    b.editBeforeChange((state) => ({
      ...state,
      addresses: state.addresses.filter(({ address }) => address !== '192.0.2.60'),
    }));
    const { code, out, err } = await b.cli('ip policy set release 192.0.2.60 192.0.2.50 --concurrency 1 -q');
    expect({ code, out }).toEqual({ code: 6, out: '192.0.2.50\n' });
    expect(err).toBe('Warning: 192.0.2.60: This account has no such IP address.\n');
  });

  test('--fail-fast starts nothing more after a failure', async () => {
    b.editBeforeChange((state) => ({
      ...state,
      addresses: state.addresses.filter((ip) => ip.address !== '198.51.100.60'),
    }));
    const result = await b.cli(
      'ip release 198.51.100.60 192.0.2.60 192.0.2.50 --yes --fail-fast --concurrency 1 --json',
    );
    expect(result.code).toBe(6);
    expect(JSON.parse(result.out).map((one: { outcome: string }) => one.outcome)).toEqual([
      'failed',
      'skipped',
      'skipped',
    ]);
    expect(result.changes).toEqual(['DELETE /1.3/ip_address/198.51.100.60']);
  });

  test('--ignore-missing skips what is not there', async () => {
    const result = await b.cli('ip release 192.0.2.250 192.0.2.60 --yes --ignore-missing --json');
    expect(result.code).toBe(0);
    expect(JSON.parse(result.out)).toEqual([
      {
        address: '192.0.2.250',
        outcome: 'skipped',
        changed: false,
        error: { code: 'IP_ADDRESS_NOT_FOUND', message: 'Not on this account.' },
      },
      { address: '192.0.2.60', outcome: 'ok', changed: true },
    ]);
  });

  test('addresses come from standard input, with comments and blank lines', async () => {
    const stdin = '# old ones\r\n192.0.2.60 # spare\n\n  198.51.100.60\n';
    const result = await b.cli('ip release - --yes -q', { stdin });
    expect(result).toMatchObject({ code: 0, out: '192.0.2.60\n198.51.100.60\n' });
    expect((await b.cli('ip list --detached -q')).out).toBe('');
    expect(await b.cli('ip release - --yes --json', { stdin: '' })).toMatchObject({
      code: 0,
      out: '[]\n',
      requests: [],
    });
  });

  test('standard input is read up to 16 MiB: a device that never ends does not fill the memory', async () => {
    const createCommentStream = (bytes: number) => Readable.from([Buffer.alloc(bytes - 1, '#'), '\n']);
    const most = 16 * 1024 * 1024;
    expect(await b.cli('ip release - --yes', { stdin: createCommentStream(most) })).toMatchObject({
      code: 0,
      requests: [],
    });
    const { code, err, requests } = await b.cli('ip release - --yes', { stdin: createCommentStream(most + 1) });
    expect({ code, requests }).toEqual({ code: 2, requests: [] });
    expect(err).toContain('16 MiB');
  });

  test('an unknown outcome has no `changed`: null, ? in a table, empty in CSV', async () => {
    const { env } = await startApiServer({
      'GET /ip_address': { body: { ip_addresses: { ip_address: twoAddresses } } },
      'GET /ip_address/192.0.2.10': { body: { ip_address: twoAddresses[0] } },
      'PATCH /ip_address/192.0.2.10': { status: 502, text: '<html>' },
      'PATCH /ip_address/192.0.2.11': {
        status: 202,
        body: { ip_address: { ...twoAddresses[1], release_policy: 'keep' } },
      },
    });
    const run = (options: string) =>
      upc(`ip policy set keep 192.0.2.10 192.0.2.11 ${options}`, { env, clock: instantClock });
    const json = await run('--json');
    expect(json.code).toBe(9);
    expect(JSON.parse(json.out)).toMatchObject([
      { outcome: 'unknown', changed: null, error: { code: 'OUTCOME_UNKNOWN' } },
      { outcome: 'ok', changed: true },
    ]);
    expect(json.err).toContain(
      'Warning: The outcome for 192.0.2.10 is unknown. Check: upc ip show 192.0.2.10. Repeating the command is safe.',
    );
    expect((await run('-o csv --columns address,changed')).out).toBe('address,changed\n192.0.2.10,\n192.0.2.11,yes\n');
    expect((await run('--columns address,changed')).out).toMatch(/^192\.0\.2\.10 +\?\n192\.0\.2\.11 +yes$/m);
  });

  test('a server is evacuated address by address', async () => {
    await b.cli('ip float attach 192.0.2.60 --server web-1');
    const plan = await b.cli('ip float move --all --from web-1 --to web-2 --dry-run --json');
    expect(plan.changes).toEqual([]);
    expect(JSON.parse(plan.out)).toEqual(
      ['192.0.2.50', '192.0.2.60'].map((address) => ({
        method: 'PATCH',
        path: `/1.3/ip_address/${address}`,
        body: { ip_address: { mac: 'da:45:c4:5c:7a:02' } },
      })),
    );
    const moved = await b.cli('ip float move --all --from web-1 --to web-2 --json');
    expect(JSON.parse(moved.out)).toEqual([
      { address: '192.0.2.50', outcome: 'ok', changed: true },
      { address: '192.0.2.60', outcome: 'ok', changed: true },
    ]);
    expect(await b.cli('ip float move --all --from web-1 --to web-2 --json')).toMatchObject({
      code: 0,
      out: '[]\n',
      changes: [],
    });
  });
});

describe('a dry run sends nothing that changes anything, and shows what would be sent', () => {
  test.each([
    [
      'ip assign --server web-1',
      'POST',
      '/1.3/ip_address',
      { access: 'public', family: 'IPv4', server: '0078c168-d578-4a64-95cf-07376f1dc524' },
    ],
    ['ip float create --zone fi-hel2', 'POST', '/1.3/ip_address', { family: 'IPv4', floating: 'yes', zone: 'fi-hel2' }],
    ['ip float attach 192.0.2.60 --server web-2', 'PATCH', '/1.3/ip_address/192.0.2.60', { mac: 'da:45:c4:5c:7a:02' }],
    ['ip float move 192.0.2.50 --to web-2', 'PATCH', '/1.3/ip_address/192.0.2.50', { mac: 'da:45:c4:5c:7a:02' }],
    ['ip float detach 192.0.2.50', 'PATCH', '/1.3/ip_address/192.0.2.50', { mac: null }],
    ['ip ptr set 192.0.2.10 a.example.com', 'PATCH', '/1.3/ip_address/192.0.2.10', { ptr_record: 'a.example.com' }],
    ['ip ptr clear 192.0.2.10', 'PATCH', '/1.3/ip_address/192.0.2.10', { ptr_record: '' }],
    ['ip policy set keep 192.0.2.10', 'PATCH', '/1.3/ip_address/192.0.2.10', { release_policy: 'keep' }],
    ['ip release 192.0.2.60', 'DELETE', '/1.3/ip_address/192.0.2.60', null],
  ])('%s', async (line, method, path, attributes) => {
    const before = await b.state();
    const dry = await b.cli(`${line} --dry-run --json`);
    expect(dry).toMatchObject({ code: 0, changes: [], err: 'Dry run: nothing was sent.\n' });
    const body = attributes === null ? null : { ip_address: attributes };
    expect(JSON.parse(dry.out)).toEqual([{ method, path, body }]);
    expect(await b.state()).toBe(before);
    const text = await b.cli(`${line} --dry-run`);
    expect(text.out).toContain(`${method}`.padEnd(8) + path);
    // Without --dry-run, the program sends the request that it showed with --dry-run.
    const real = await b.cli(`${line} --yes`);
    expect(real.changes).toEqual([`${method} ${path} ${body === null ? '' : JSON.stringify(body)}`.trim()]);
    const again = await b.cli('ip ptr set 192.0.2.50 failover.example.com --dry-run --json');
    expect(again).toMatchObject({ code: 0, out: '[]\n', changes: [] });
  });
});

describe('a new address and its PTR record are two steps', () => {
  test('where the second fails, the address is shown all the same (exit 6)', async () => {
    const reject = async (line: string) => {
      const result = await b.cli(line);
      expect(result.code).toBe(6);
      expect(JSON.parse(result.out)).toMatchObject({
        address: '192.0.2.100',
        ptr_record: '192-0-2-100.fi-hel2.upcloud.host',
      });
      expect(result.err).toContain('Try again: upc ip ptr set 192.0.2.100 a.example.com');
    };
    // Accept the create request. Then give the new address to another account, so that the request for its PTR record
    // fails.
    b.editBeforeChange((state) => {
      queueMicrotask(() =>
        b.editBeforeChange((later) => ({
          ...later,
          addresses: later.addresses.map((ip) => (ip.address === '192.0.2.100' ? { ...ip, owner: 'other' } : ip)),
        })),
      );
      return state;
    });
    await reject('ip float create --zone fi-hel2 --ptr a.example.com --json');
  });
});
