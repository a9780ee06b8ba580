import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startApiServer } from '../../api-server.ts';
import { createTemporaryFolder } from '../../files/processes.ts';
import { startTestSandbox, type TestSandbox, upc } from '../../fixture.ts';
import { isPosix } from '../../installed.ts';
import { runAtTerminal } from '../../terminal/pty.ts';

let b: TestSandbox;
beforeEach(async () => {
  b = await startTestSandbox();
});
afterEach(() => b.close());

const HOSTS_FILE = `# three differences, and one that is so already
192.0.2.10  web.example.org
192.0.2.11  app.example.org
198.51.100.10 mail.example.com
203.0.113.10 203-0-113-10.nl-ams1.upcloud.host
`;

describe('ip ptr export', () => {
  test('is a file, whatever format lists are preferred in', async () => {
    const { out } = await b.cli('ip ptr export');
    for (const UPC_OUTPUT of ['json', 'csv', 'table']) {
      expect((await b.cli('ip ptr export', { env: { UPC_OUTPUT } })).out).toBe(out);
    }
    expect(JSON.parse((await b.cli('ip ptr export --json', { env: { UPC_OUTPUT: 'csv' } })).out)).toHaveLength(16);
  });

  test('writes a hosts-style line for each public address, sorted by number', async () => {
    const { code, out, err } = await b.cli('ip ptr export');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const lines = out.trimEnd().split('\n');
    expect(lines.slice(0, 3)).toEqual([
      '192.0.2.10 www.example.com',
      '192.0.2.11 192-0-2-11.fi-hel2.upcloud.host',
      '192.0.2.12 192-0-2-12.fi-hel2.upcloud.host',
    ]);
    expect(lines).toHaveLength(16);
    expect(lines.at(-1)).toBe('2001:db8:3:1:d845:c4ff:fe5c:0265 d845-c4ff-fe5c-0265.v6.nl-ams1.upcloud.host');
    expect(out).not.toContain('10.1.6.10');
  });

  test('leaves out defaults with --custom', async () => {
    const { out } = await b.cli('ip ptr export --custom');
    expect(out).toBe(
      [
        '192.0.2.10 www.example.com',
        '192.0.2.50 failover.example.com',
        '192.0.2.80 lb.example.com',
        '198.51.100.10 mail.example.com',
        '203.0.113.10 edge.example.com',
        '2001:db8:1:1:d845:c4ff:fe5c:2beb www.example.com',
        '2001:db8:3:1:d845:c4ff:fe5c:0254 edge.example.com',
        '',
      ].join('\n'),
    );
  });

  test.each([
    ['-o table --custom', 'ADDRESS                           PTR RECORD'],
    ['-o csv', 'address,ptr_record'],
    ['-q', '192.0.2.10'],
    ['--columns ptr_record --no-headers', 'www.example.com'],
  ])('heeds %s', async (options, first) => {
    expect((await b.cli(`ip ptr export ${options}`)).out.split('\n')[0]).toBe(first);
  });

  test('is an array of {address, ptr_record} in JSON, also when empty', async () => {
    expect(JSON.parse((await b.cli('ip ptr export --json')).out)[0]).toEqual({
      address: '192.0.2.10',
      ptr_record: 'www.example.com',
    });
    const empty = await startTestSandbox('empty');
    expect(await empty.cli('ip ptr export --json')).toMatchObject({ code: 0, out: '[]\n' });
    expect(await empty.cli('ip ptr export')).toMatchObject({ code: 0, out: '', err: 'No PTR records.\n' });
    await empty.close();
  });

  test('keeps what no file could say as a comment, made safe to show', async () => {
    await b.edit((state) => ({
      ...state,
      addresses: state.addresses.map((ip) => (ip.address === '192.0.2.10' ? { ...ip, ptr_record: 'a_b\u001b.x' } : ip)),
    }));
    const { code, out, err } = await b.cli('ip ptr export --custom');
    expect(code).toBe(0);
    expect(out.split('\n')[0]).toBe('# 192.0.2.10 a_b\\u{1b}.x');
    expect(err).toBe(
      'Warning: The PTR record of 192.0.2.10 is not a valid hostname, so its line is a comment. With such a file, `ip ptr apply --prune` would reset the record.\n',
    );
  });
});

describe('export and back', () => {
  test.each(['', '--custom', '-o csv', '-o csv --custom', '-o csv --no-headers'])(
    '`export %s | apply - --prune` changes nothing',
    async (options) => {
      const { out } = await b.cli(`ip ptr export ${options}`);
      const plan = await b.cli('ip ptr plan - --prune --exit-code --json', { stdin: out });
      expect(plan).toMatchObject({ code: 0, out: '[]\n', err: '' });
      const apply = await b.cli('ip ptr apply - --prune --yes', { stdin: out });
      expect(apply).toMatchObject({ code: 0, out: '', err: 'Nothing to change.\n', changes: [] });
    },
  );
});

describe('ip ptr plan', () => {
  test('shows additions, changes, resets and addresses that are not there; sends nothing', async () => {
    const { code, out, err, changes } = await b.cli('ip ptr plan -', { stdin: `${HOSTS_FILE}9.9.9.9 x.example.com` });
    expect(out).toBe(
      [
        '? 9.9.9.9       x.example.com (not on this account)',
        '~ 192.0.2.10    www.example.com → web.example.org',
        '+ 192.0.2.11    192-0-2-11.fi-hel2.upcloud.host → app.example.org',
        "- 203.0.113.10  edge.example.com → UpCloud's default",
        '',
      ].join('\n'),
    );
    expect({ code, err, changes }).toEqual({
      code: 0,
      err: '1 to add, 1 to change, 1 to reset, 1 not on this account.\n',
      changes: [],
    });
  });

  test('colours the lines where colour is wanted', async () => {
    const { out } = await b.cli('ip ptr plan - --color always', { stdin: '192.0.2.10 web.example.org' });
    expect(out).toBe('\u001b[33m~ 192.0.2.10  www.example.com → web.example.org\u001b[39m\n');
  });

  test('resets with --prune what the file does not name', async () => {
    const { out } = await b.cli('ip ptr plan - --prune --json', { stdin: `${HOSTS_FILE}192.0.2.80 lb.example.com` });
    expect(JSON.parse(out)).toEqual([
      { address: '192.0.2.10', action: 'change', from: 'www.example.com', to: 'web.example.org' },
      { address: '192.0.2.11', action: 'add', from: '192-0-2-11.fi-hel2.upcloud.host', to: 'app.example.org' },
      { address: '192.0.2.50', action: 'reset', from: 'failover.example.com', to: null },
      { address: '203.0.113.10', action: 'reset', from: 'edge.example.com', to: null },
      { address: '2001:db8:1:1:d845:c4ff:fe5c:2beb', action: 'reset', from: 'www.example.com', to: null },
      { address: '2001:db8:3:1:d845:c4ff:fe5c:0254', action: 'reset', from: 'edge.example.com', to: null },
    ]);
  });

  test.each([
    ['192.0.2.10 www.example.com', '--exit-code', 0],
    ['192.0.2.10 web.example.org', '', 0],
    ['192.0.2.10 web.example.org', '--exit-code', 10],
    ['9.9.9.9 x.example.com', '--exit-code', 10],
    ['9.9.9.9 x.example.com', '--exit-code --ignore-missing', 0],
    ['10.1.6.10 x.example.com', '', 2],
  ])('%s with %s ends with %i', async (stdin, options, code) => {
    expect((await b.cli(`ip ptr plan - ${options}`, { stdin })).code).toBe(code);
  });

  test('sends nothing for an invalid file, and names every invalid line', async () => {
    const result = await b.cli('ip ptr plan -', { stdin: '192.0.2.10\n192.0.2.11 a b\n' });
    expect(result).toMatchObject({ code: 2, out: '', requests: [] });
    expect(result.err).toBe(
      'Error: Line 1: 192.0.2.10 has no hostname.\n' +
        'Line 2: 192.0.2.11 has 2 hostnames, but an address can have only one PTR record.\n' +
        'Write an address and one hostname on each line; # begins a comment. Nothing was sent.\n',
    );
  });

  test('says why a file cannot be read', async () => {
    const folder = createTemporaryFolder();
    writeFileSync(join(folder, 'latin1'), Buffer.from([0x62, 0xfc, 0x0a]));
    for (const [file, why] of [
      [join(folder, 'none'), 'the file does not exist'],
      [folder, 'it is a folder'],
      [join(folder, 'latin1'), 'it is not UTF-8 text'],
      ...(process.platform === 'linux' ? [['/dev/zero', 'it is larger than 256 MiB'] as const] : []),
    ] as const) {
      const result = await b.cli(['ip', 'ptr', 'plan', file]);
      expect(result).toMatchObject({ code: 2, out: '', requests: [] });
      expect(result.err).toContain(`'${file}' cannot be used: ${why}.`);
    }
  });
});

describe('ip ptr apply', () => {
  test('sends the lines that differ and nothing else; a second time nothing', async () => {
    const file = join(createTemporaryFolder(), 'ptr.hosts');
    writeFileSync(file, `\ufeff${HOSTS_FILE}`);
    const first = await b.cli(['ip', 'ptr', 'apply', file, '--yes', '--no-backup', '--json']);
    expect(JSON.parse(first.out)).toEqual(
      ['192.0.2.10', '192.0.2.11', '203.0.113.10'].map((address) => ({ address, outcome: 'ok', changed: true })),
    );
    expect(first).toMatchObject({ code: 0, err: '3 changed.\n' });
    expect([...first.changes].sort()).toEqual([
      'PATCH /1.3/ip_address/192.0.2.10 {"ip_address":{"ptr_record":"web.example.org"}}',
      'PATCH /1.3/ip_address/192.0.2.11 {"ip_address":{"ptr_record":"app.example.org"}}',
      'PATCH /1.3/ip_address/203.0.113.10 {"ip_address":{"ptr_record":""}}',
    ]);
    const second = await b.cli(['ip', 'ptr', 'apply', file, '--yes', '--json']);
    expect(second).toMatchObject({ code: 0, out: '[]\n', err: '', changes: [] });
  });

  test('needs --yes without a terminal, and asks the API nothing before', async () => {
    const rejected = await b.cli('ip ptr apply -', { stdin: HOSTS_FILE });
    expect(rejected).toMatchObject({ code: 2, out: '', requests: [] });
    expect(rejected.err).toBe(
      'Error: Setting PTR records from a file needs confirmation, but there is no terminal.\n' +
        'Add --yes to apply the file without asking, or see the plan first: upc ip ptr plan <file>\n',
    );
    const expectedMessage = await b.cli('ip ptr apply - -o json', { stdin: HOSTS_FILE });
    expect(JSON.parse(expectedMessage.err).error).toMatchObject({ code: 'CONFIRMATION_NEEDED', exit_code: 2 });
  });

  test('shows with --dry-run what would be sent, and sends nothing', async () => {
    const dry = await b.cli('ip ptr apply - --dry-run --json', { stdin: '192.0.2.10 web.example.org' });
    expect(dry).toMatchObject({ code: 0, changes: [], err: 'Dry run: nothing was sent.\n' });
    expect(JSON.parse(dry.out)).toEqual([
      { method: 'PATCH', path: '/1.3/ip_address/192.0.2.10', body: { ip_address: { ptr_record: 'web.example.org' } } },
    ]);
  });

  test('does not reset everything for an empty file', async () => {
    for (const stdin of ['', '# nothing\n']) {
      const { code, err, requests } = await b.cli('ip ptr apply - --prune --yes', { stdin });
      expect({ code, requests }).toEqual({ code: 2, requests: [] });
      expect(err).toContain('The file names no address, and --prune would reset every PTR record of the account.');
    }
    expect(await b.cli('ip ptr apply - --yes', { stdin: '' })).toMatchObject({ code: 0, changes: [] });
  });

  test('stops before anything is sent at addresses that are not there, unless --ignore-missing', async () => {
    const stdin = '9.9.9.9 x.example.com\n192.0.2.10 web.example.org\n192.0.2.20 shop.example.com\n';
    const rejected = await b.cli('ip ptr apply - --yes', { stdin });
    expect(rejected).toMatchObject({ code: 5, out: '', changes: [] });
    expect(rejected.err).toBe(
      'Error: Line 1: 9.9.9.9 is not on this account.\n' +
        'Line 3: 192.0.2.20 is not on this account.\n' +
        'Nothing was sent. Remove the lines from the file, or skip them with --ignore-missing.\n',
    );
    const expectedMessage = await b.cli('ip ptr apply - --yes -o json', { stdin });
    expect(JSON.parse(expectedMessage.err).error).toMatchObject({ code: 'IP_ADDRESS_NOT_FOUND', exit_code: 5 });
    const dry = await b.cli('ip ptr apply - --dry-run --ignore-missing --json', { stdin });
    expect(JSON.parse(dry.out).map(({ path }: { path: string }) => path)).toEqual(['/1.3/ip_address/192.0.2.10']);
    const ignored = await b.cli('ip ptr apply - --yes --ignore-missing --no-backup --json', { stdin });
    const skipped = {
      outcome: 'skipped',
      changed: false,
      error: { code: 'IP_ADDRESS_NOT_FOUND', message: 'Not on this account.' },
    };
    expect(JSON.parse(ignored.out)).toEqual([
      { address: '9.9.9.9', ...skipped },
      { address: '192.0.2.10', outcome: 'ok', changed: true },
      { address: '192.0.2.20', ...skipped },
    ]);
    expect(ignored).toMatchObject({ code: 0, err: '1 changed, 2 skipped.\n' });
  });

  test('rejects utility addresses', async () => {
    const rejected = await b.cli('ip ptr apply - --yes', { stdin: '10.1.6.10 x.example.com' });
    expect(rejected).toMatchObject({ code: 2, out: '', changes: [] });
    expect(rejected.err).toContain('Line 1: 10.1.6.10 is a utility address and has no PTR record.');
  });

  test('goes on after a failure and ends with 6 (T-6)', async () => {
    b.editBeforeChange((state) => ({
      ...state,
      addresses: state.addresses.filter(({ address }) => address !== '192.0.2.60'),
    }));
    const stdin = '192.0.2.60 a.example.com\n198.51.100.60 b.example.com\n';
    const result = await b.cli('ip ptr apply - --yes --concurrency 1 --json', { stdin });
    expect(result.code).toBe(6);
    expect(JSON.parse(result.out)).toMatchObject([
      { address: '192.0.2.60', outcome: 'failed', error: { code: 'IP_ADDRESS_NOT_FOUND' } },
      { address: '198.51.100.60', outcome: 'ok', changed: true },
    ]);
  });

  test('leaves nothing to plan, whatever file is applied to the sandbox', async () => {
    const addresses: string[] = JSON.parse((await b.cli('ip ptr export --json')).out).map(
      ({ address }: { address: string }) => address,
    );
    const names = fc.constantFrom('a.example.com', 'b.example.com', 'xn--bcher-kva.example');
    const lines = fc.uniqueArray(fc.tuple(fc.constantFrom(...addresses), names), { selector: ([address]) => address });
    await fc.assert(
      fc.asyncProperty(lines, fc.boolean(), async (entries, prune) => {
        const stdin = entries.map((entry) => entry.join(' ')).join('\n');
        // Omit --prune if the file is empty, because the program rejects --prune with an empty file.
        const flags = prune && entries.length > 0 ? '--prune' : '';
        const force = flags === '' ? '' : '--force';
        expect((await b.cli(`ip ptr apply - --yes --no-backup ${flags} ${force}`, { stdin })).code).toBe(0);
        expect(await b.cli(`ip ptr plan - --exit-code --json ${flags}`, { stdin })).toMatchObject({
          code: 0,
          out: '[]\n',
        });
        const exported = (await b.cli('ip ptr export')).out;
        for (const [address, name] of entries) expect(exported).toContain(`${address} ${name}\n`);
      }),
      { numRuns: 8 },
    );
  });

  describe('at a terminal', () => {
    const writePtrFile = (text: string) => {
      const file = join(createTemporaryFolder(), 'ptr.hosts');
      writeFileSync(file, text);
      return file;
    };
    const QUESTION = 'Set these PTR records (1 to add, 1 to change, 1 to reset)? (y/N) ';
    const PLAN =
      'Changes:\n' +
      '~ 192.0.2.10    www.example.com → web.example.org\n' +
      '+ 192.0.2.11    192-0-2-11.fi-hel2.upcloud.host → app.example.org\n' +
      "- 203.0.113.10  edge.example.com → UpCloud's default\n";

    test('the plan is shown, a line for each step, and carried out after a yes', async () => {
      const file = writePtrFile(HOSTS_FILE);
      const { code, err, changes } = await b.cli(['ip', 'ptr', 'apply', file], { answers: [[QUESTION, 'y']] });
      expect(code).toBe(0);
      expect(err.startsWith(`${PLAN}${QUESTION}Saved 3 PTR records in `), err).toBe(true);
      expect(err.endsWith('\n3 changed.\n'), err).toBe(true);
      expect(changes).toHaveLength(3);
    });

    test.each(['n', '', 'no', '3'])('%j: nothing is sent', async (answer) => {
      const file = writePtrFile(HOSTS_FILE);
      const { code, out, err, changes } = await b.cli(['ip', 'ptr', 'apply', file], { answers: [[QUESTION, answer]] });
      expect({ code, out, changes }).toEqual({ code: 2, out: '', changes: [] });
      expect(err).toBe(`${PLAN}${QUESTION}Nothing was changed.\n`);
    });

    test('JSON has the code NOT_CONFIRMED', async () => {
      const file = writePtrFile(HOSTS_FILE);
      const { err } = await b.cli(['ip', 'ptr', 'apply', file, '-o', 'json'], { answers: [[QUESTION, 'n']] });
      expect(JSON.parse(err.slice(err.indexOf('{'))).error).toMatchObject({ code: 'NOT_CONFIRMED', exit_code: 2 });
    });

    test('interrupting the question changes nothing', async () => {
      const file = writePtrFile(HOSTS_FILE);
      expect(await b.cli(['ip', 'ptr', 'apply', file], { answers: [] })).toMatchObject({ code: 130, changes: [] });
    });

    test('an account that changes while the question is open is checked again', async () => {
      const list = (ptr_record: string) => ({
        body: {
          ip_addresses: {
            ip_address: [{ address: '192.0.2.10', access: 'public', family: 'IPv4', zone: 'fi-hel2', ptr_record }],
          },
        },
      });
      const { env, changes } = await startApiServer({
        'GET /ip_address': [list('a.example.com'), list('b.example.com')],
      });
      const file = writePtrFile('192.0.2.10 web.example.org\n');
      const { code, out, err } = await upc(['ip', 'ptr', 'apply', file], {
        env,
        answers: [['Set these PTR records (1 to change)? ', 'y']],
      });
      expect({ code, out, changes }).toEqual({ code: 8, out: '', changes: [] });
      expect(err).toMatch(/Error: The account was changed after the plan was shown\.\nNothing was sent\./);
      const again = await startApiServer({ 'GET /ip_address': [list('a.example.com'), list('b.example.com')] });
      const expectedMessage = await upc(['ip', 'ptr', 'apply', file, '--json'], {
        env: again.env,
        answers: [['Set these PTR records (1 to change)? ', 'y']],
      });
      expect(expectedMessage.err).toContain('"PLAN_CHANGED_MEANWHILE"');
    });

    test('with --prune, too, what was shown is what is done', async () => {
      const file = writePtrFile('192.0.2.10 web.example.org\n');
      const question = 'Set these PTR records (1 to change, 6 to reset)? (y/N) ';
      const { code, changes } = await b.cli(['ip', 'ptr', 'apply', file, '--prune'], { answers: [[question, 'y']] });
      expect([code, changes.length]).toEqual([0, 7]);
    });

    test('what is skipped is neither shown nor asked about', async () => {
      const line = (file: string) => ['ip', 'ptr', 'apply', file, '--ignore-missing'];
      const one = await b.cli(line(writePtrFile('9.9.9.9 x.example.com\n192.0.2.10 web.example.org\n')), {
        answers: [['Set these PTR records (1 to change)? ', 'y']],
      });
      expect(one).toMatchObject({
        code: 0,
        changes: ['PATCH /1.3/ip_address/192.0.2.10 {"ip_address":{"ptr_record":"web.example.org"}}'],
      });
      expect(one.err).not.toContain('9.9.9.9');
      const none = await b.cli(line(writePtrFile('9.9.9.9 x.example.com\n')), { answers: [] });
      expect(none).toMatchObject({ code: 0, err: '0 changed, 1 skipped.\n', changes: [] });
    });

    test('neither --yes nor --dry-run asks, nor does a file that changes nothing', async () => {
      const file = writePtrFile(HOSTS_FILE);
      const dry = await b.cli(['ip', 'ptr', 'apply', file, '--dry-run'], { answers: [] });
      expect(dry).toMatchObject({ code: 0, err: 'Dry run: nothing was sent.\n', changes: [] });
      const done = await b.cli(['ip', 'ptr', 'apply', file, '--yes', '--no-backup'], { answers: [] });
      expect(done).toMatchObject({ code: 0, err: '3 changed.\n' });
      const again = await b.cli(['ip', 'ptr', 'apply', file], { answers: [] });
      expect(again).toMatchObject({ code: 0, out: '', err: 'Nothing to change.\n', changes: [] });
    });
  });

  test.runIf(isPosix)('shows the plan at a terminal and applies it after a yes', async () => {
    const HOME = createTemporaryFolder();
    writeFileSync(join(HOME, 'ptr.hosts'), HOSTS_FILE);
    const line = `node bin/upc.js ip ptr apply ${HOME}/ptr.hosts; echo "code=$?"`;
    const say = async (key: string) => {
      const t = runAtTerminal(line, { HOME, TERM: 'dumb', ...b.env });
      // Each step is on its own line, as in the output of `plan`.
      await t.sees(/^~ 192\.0\.2\.10 {4}www\.example\.com → web\.example\.org\r?\n\+ 192\.0\.2\.11 /m);
      await t.sees('Set these PTR records (1 to add, 1 to change, 1 to reset)?');
      t.type(`${key}\r`);
      await t.sees(/code=\d/);
      return t.screen();
    };
    expect(await say('n')).toMatch(/Nothing was changed\.[\s\S]*code=2/);
    expect((await b.cli('ip ptr plan - --exit-code', { stdin: HOSTS_FILE })).code).toBe(10);
    expect(await say('y')).toContain('code=0');
    expect((await b.cli('ip ptr plan - --exit-code', { stdin: HOSTS_FILE })).code).toBe(0);
  });
});

test('the examples in the help that pipe one command into another work as they stand', async () => {
  let seen = 0;
  for (const name of ['export', 'plan', 'apply']) {
    const { out } = await b.cli(`ip ptr ${name} --help`);
    for (const [, example = ''] of out.matchAll(/^ {2}\$ (.+\|.+)$/gm)) {
      const [left = '', right = ''] = example.replaceAll(' --sandbox', '').split(' | upc ');
      const echoed = /^echo '(.+)'$/.exec(left)?.[1];
      const stdin = echoed ?? (await b.cli(left.replace(/^upc /, ''))).out;
      const result = await b.cli(right, { stdin });
      expect(result.code, `${example}\n${result.err}`).toBe(0);
      seen++;
    }
  }
  expect(seen).toBe(5);
});
