import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApiServer } from '../../api-server.ts';
import { startTestSandbox, type TestSandbox, upc } from '../../fixture.ts';

let b: TestSandbox;
beforeAll(async () => {
  b = await startTestSandbox();
});
afterAll(() => b.close());

/** Returns the addresses that `ip list` prints, in the same order. */
async function listAddresses(options: string): Promise<string[]> {
  const { code, out, err } = await b.cli(`ip list -q ${options}`);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return out.split('\n').filter((line) => line !== '');
}

const addressesOfWeb1 = ['10.1.6.10', '192.0.2.10', '2001:db8:1:1:d845:c4ff:fe5c:2beb', '192.0.2.50'];
const floatingIps = ['192.0.2.50', '192.0.2.60', '198.51.100.60', '192.0.2.80'];

describe('filters', () => {
  test('with none, everything on the account is listed: floating or not, attached or not', async () => {
    expect(await listAddresses('')).toHaveLength(21);
  });

  test.each([
    ['--floating', floatingIps],
    ['--detached', ['192.0.2.60', '198.51.100.60']],
    ['--delegated', ['192.0.2.80']],
    ['--server web-1', addressesOfWeb1],
    ['--server WEB-1.example.com', addressesOfWeb1],
    ['--server 0078c168-d578-4a64-95cf-07376f1dc524', addressesOfWeb1],
    ['--server 0078', addressesOfWeb1],
    ['--zone de-fra1', ['10.2.6.10', '198.51.100.10', '198.51.100.60']],
    ['--zone es-mad1', []],
    ['--access utility', ['10.1.6.10', '10.1.6.11', '10.1.6.12', '10.2.6.10', '10.3.6.10']],
    ['--policy keep', ['192.0.2.12', '192.0.2.50', '192.0.2.60', '192.0.2.80']],
    ['--server web-1 --family IPv6', ['2001:db8:1:1:d845:c4ff:fe5c:2beb']],
    ['--server web-1 --family 4 --no-floating --access public', ['192.0.2.10']],
    ['--floating --attached', ['192.0.2.50']],
    ['--floating --policy release --detached', ['198.51.100.60']],
  ])('%s', async (options, addresses) => {
    expect(await listAddresses(options)).toEqual(addresses);
  });

  test.each([
    ['--floating', '--no-floating', []],
    ['--delegated', '--no-delegated', []],
    ['--family IPv4', '--family ipv6', []],
    ['--access public', '--access utility', []],
    ['--policy keep', '--policy release', []],
    // A delegated address is neither attached nor detached.
    ['--attached', '--detached', ['192.0.2.80']],
  ])('%s and %s share nothing and leave out %j', async (one, other, leftOut) => {
    const [first, second, all] = [await listAddresses(one), await listAddresses(other), await listAddresses('')];
    expect(first.length).toBeGreaterThan(0);
    expect(second.length).toBeGreaterThan(0);
    expect([...first, ...second, ...leftOut].sort()).toEqual(all.sort());
  });

  test('--attached and --detached cannot be combined, before anything is asked', async () => {
    expect(await b.cli('ip list --attached --detached')).toMatchObject({
      code: 2,
      out: '',
      err: 'Error: --attached and --detached cannot be combined.\nLeave out both to list all addresses.\n',
      requests: [],
    });
  });

  test.each([
    ['--family 5', "Unknown address family '5'."],
    ['--access shared', "Unknown access 'shared'."],
    ['--policy never', "Unknown policy 'never'."],
    ['--columns address,price', "Unknown column 'price'."],
    ['--sort price', "Unknown column 'price'."],
    ['-q -o json', '-q and -o json cannot be combined.'],
    ['--json --quiet', '-q and --json cannot be combined.'],
    ['--zone fi-hel9', "There is no zone 'fi-hel9'."],
    ['--zone ""', '--zone is empty.'],
    ['-o xml', "Unknown output format 'xml'."],
    [
      '--timeout soon',
      "Option '--timeout <seconds>' argument 'soon' is invalid. Give a number of seconds from 0.1 to 86400.",
    ],
  ])('%s is wrong usage', async (options, message) => {
    const { code, out, err } = await b.cli(`ip list ${options}`);
    expect({ code, out, message: err.split('\n')[0] }).toEqual({ code: 2, out: '', message: `Error: ${message}` });
  });

  test('an unknown server is not found, and those that are there are named', async () => {
    expect(await b.cli('ip list --server web-9')).toMatchObject({
      code: 5,
      out: '',
      err: "Error: There is no server 'web-9' on this account.\nChoose one of: web-1, web-2, db-1, mail-1, edge-1\n",
    });
  });

  test('a UUID prefix of fewer than four characters is none', async () => {
    expect((await b.cli('ip list --server 007')).code).toBe(5);
  });

  test('a title that several servers have is rejected, and they are listed', async () => {
    const uuid = (end: string) => `00000000-0000-4000-8000-00000000000${end}`;
    const server = (end: string) => ({
      ...{ uuid: uuid(end), title: 'twin', hostname: `twin-${end}.example.com`, zone: 'fi-hel2' },
      state: 'started',
    });
    const { env } = await startApiServer({
      'GET /ip_address': { body: { ip_addresses: { ip_address: [] } } },
      'GET /server': { body: { servers: { server: [server('1'), server('2')] } } },
    });
    expect(await upc('ip list --server twin', { env })).toEqual({
      code: 2,
      out: '',
      err:
        "Error: 'twin' matches 2 servers.\nGive the UUID of one of them, or its first characters:\n" +
        `  ${uuid('1')}  twin  twin-1.example.com  fi-hel2\n  ${uuid('2')}  twin  twin-2.example.com  fi-hel2\n`,
    });
  });
});

describe('output', () => {
  const table =
    'ADDRESS        KIND      ZONE     SERVER    PTR RECORD                          POLICY\n' +
    '10.2.6.10      utility   de-fra1  mail-1    –                                   release\n' +
    '198.51.100.10  public    de-fra1  mail-1    mail.example.com                    release\n' +
    '198.51.100.60  floating  de-fra1  detached  198-51-100-60.de-fra1.upcloud.host  release\n';

  test('a table names servers by their title; in a pipe it has no escape sequence', async () => {
    expect(await b.cli('ip list --zone de-fra1')).toMatchObject({ code: 0, out: table, err: '' });
  });

  test('--no-headers leaves out the header line only', async () => {
    const [, ...rows] = table.split('\n');
    const normalizeSpaces = (text: string) => text.replaceAll(/ +/g, ' ');
    expect(normalizeSpaces((await b.cli('ip list --zone de-fra1 --no-headers')).out)).toBe(
      normalizeSpaces(rows.join('\n')),
    );
  });

  test('at a terminal it is coloured and no line is wider; NO_COLOR and --color never take the colour', async () => {
    const { out } = await b.cli('ip list --zone de-fra1', { width: 75 });
    expect(out).toContain('\u001b[');
    for (const plain of [
      await b.cli('ip list --zone de-fra1', { width: 75, env: { NO_COLOR: '1' } }),
      await b.cli('ip list --zone de-fra1 --color never', { width: 75 }),
    ]) {
      expect(plain.out).not.toContain('\u001b');
      expect(plain.out).toContain('…');
      expect(Math.max(...plain.out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(75);
    }
    expect((await b.cli('ip list --color always')).out).toContain('\u001b[');
  });

  test('--columns picks and orders the columns, --sort sorts by any, addresses by number', async () => {
    const options = '--server web-1 --columns kind,address --no-headers';
    expect((await b.cli(`ip list ${options} --sort address -o csv`)).out).toBe(
      'utility,10.1.6.10\npublic,192.0.2.10\nfloating,192.0.2.50\npublic,2001:db8:1:1:d845:c4ff:fe5c:2beb\n',
    );
    expect(await listAddresses('--server web-1 --sort -address')).toEqual([
      '2001:db8:1:1:d845:c4ff:fe5c:2beb',
      '192.0.2.50',
      '192.0.2.10',
      '10.1.6.10',
    ]);
    expect(await listAddresses('--server web-1 --no-floating --sort family')).toEqual(addressesOfWeb1.slice(0, 3));
  });

  test('a server is sorted by its name, in JSON, too', async () => {
    const names = async (options: string) =>
      (await b.cli(`ip list --attached --columns server ${options} -o csv --no-headers`)).out.split('\n');
    const order = [...new Set(await names('--sort server'))].filter(Boolean);
    expect(order).toEqual(['db-1', 'edge-1', 'mail-1', 'web-1', 'web-2']);
    const addresses = (await b.cli('ip list --attached --sort server -q')).out;
    const json: { address: string }[] = JSON.parse((await b.cli('ip list --attached --sort server --json')).out);
    expect(json.map(({ address }) => `${address}\n`).join('')).toBe(addresses);
    expect(addresses.indexOf('192.0.2.12')).toBeLessThan(addresses.indexOf('192.0.2.10'));
  });

  test('CSV has a header line and the same columns, and nothing where there is nothing', async () => {
    const { out } = await b.cli('ip list --detached -o csv');
    expect(out).toBe(
      'address,kind,zone,server,ptr,policy\n' +
        '192.0.2.60,floating,fi-hel2,,192-0-2-60.fi-hel2.upcloud.host,keep\n' +
        '198.51.100.60,floating,de-fra1,,198-51-100-60.de-fra1.upcloud.host,release\n',
    );
  });

  const detached = {
    access: 'public',
    address: '192.0.2.60',
    family: 'IPv4',
    part_of_plan: 'no',
    ptr_record: '192-0-2-60.fi-hel2.upcloud.host',
    server: null,
    mac: null,
    floating: 'yes',
    release_policy: 'keep',
    is_delegated: 'no',
    zone: 'fi-hel2',
  };

  test('JSON is an array of addresses, also of one and of none, with every documented field', async () => {
    expect(JSON.parse((await b.cli('ip list --detached --zone fi-hel2 --json')).out)).toEqual([
      { ...detached, server_title: null },
    ]);
    expect(await b.cli('ip list --zone es-mad1 --json')).toMatchObject({ code: 0, out: '[]\n', err: '' });
    expect((await b.cli('ip list --json --zone es-mad1', { width: 80 })).out).toBe('[]\n');
  });

  test('JSON has the title of the server; a server list that cannot be fetched leaves it null', async () => {
    const [first] = JSON.parse((await b.cli('ip list --server web-1 --json')).out);
    expect(first.server_title).toBe('web-1');
    const { requests } = await b.cli('ip list --json');
    expect(requests.map(({ path }) => path).sort()).toEqual(['/1.3/ip_address', '/1.3/server']);
    expect((await b.cli('ip list -q')).requests).toHaveLength(1);
  });

  test('NDJSON is an address a line, and nothing where there is none', async () => {
    const { out } = await b.cli('ip list --floating -o ndjson');
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).address),
    ).toEqual(floatingIps);
    expect((await b.cli('ip list --zone es-mad1 -o ndjson')).out).toBe('');
  });

  test('YAML keeps yes and no strings', async () => {
    const { out } = await b.cli('ip list --detached --zone fi-hel2 -o yaml');
    expect(out).toMatch(/^- access: public\n {2}address: 192\.0\.2\.60\n/);
    expect(out).toMatch(/floating: "yes"\n/);
    expect((await b.cli('ip list --zone es-mad1 -o yaml')).out).toBe('[]\n');
  });

  test('an empty table is nothing on stdout and one line on stderr', async () => {
    expect(await b.cli('ip list --zone es-mad1')).toMatchObject({
      code: 0,
      out: '',
      err: "None of the account's 21 addresses matches the filters.\n",
    });
    const empty = await startTestSandbox('empty');
    expect(await empty.cli('ip list')).toMatchObject({ code: 0, out: '', err: 'No IP addresses on this account.\n' });
    await empty.close();
  });
});

describe('what the API may do', () => {
  const server = '0078c168-d578-4a64-95cf-07376f1dc524';
  /** An address without its optional fields, which the API may leave out (R-GET-4). */
  const bare = { access: 'public', address: '192.0.2.1', family: 'IPv4', mac: 'da:45:c4:00:00:01', server, zone: 'x' };
  const addresses = (...list: object[]) => ({ body: { ip_addresses: { ip_address: list } } });

  test('missing fields are filled in, and unknown fields pass through', async () => {
    const { env } = await startApiServer({
      'GET /ip_address': addresses({ ...bare, ptr_record: 'a.example', new: [1] }),
    });
    expect(JSON.parse((await upc('ip list --json', { env })).out)).toEqual([
      {
        ...bare,
        ...{ ptr_record: 'a.example', new: [1], floating: 'no', part_of_plan: 'no', is_delegated: 'no' },
        release_policy: null,
        server_title: null,
      },
    ]);
  });

  test('if the servers cannot be fetched, their UUIDs are shown', async () => {
    const forbidden = { status: 403, body: { error: { error_code: 'FORBIDDEN', error_message: 'No.' } } };
    const { env } = await startApiServer({ 'GET /ip_address': addresses(bare), 'GET /server': forbidden });
    const { code, out } = await upc('ip list --columns address,server', { env });
    expect({ code, out }).toEqual({
      code: 0,
      out: `ADDRESS    SERVER\n192.0.2.1  ${server}\n`,
    });
    // A filter by server needs the list of servers, so without this list the command fails.
    expect((await upc('ip list --server web-1', { env })).code).toBe(4);
  });

  test('T-13: text in a response cannot control the terminal; JSON keeps it', async () => {
    const ptr_record = 'a\u001b]0;evil\u0007\u202eb';
    const { env } = await startApiServer({ 'GET /ip_address': addresses({ ...bare, ptr_record }) });
    const shown = await upc('ip list --columns ptr --no-headers', { env });
    expect(shown.out).toBe('a\\u{1b}]0;evil\\u{7}\\u{202e}b\n');
    const { out } = await upc('ip list --json', { env });
    expect(out).not.toMatch(/[\u001b\u0007\u202e]/);
    expect(JSON.parse(out)[0].ptr_record).toBe(ptr_record);
  });

  test('a value that is new to us is shown as it is', async () => {
    const address = {
      address: '192.0.2.10',
      access: 'private',
      family: 'IPv4',
      zone: 'fi-hel2',
      release_policy: 'archive',
    };
    const { env } = await startApiServer({ 'GET /ip_address': { body: { ip_addresses: { ip_address: [address] } } } });
    const { code, out } = await upc('ip list --json', { env });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject([address]);
    expect((await upc('ip list', { env })).out).toMatch(/^192\.0\.2\.10 +private .* archive$/m);
  });

  test.each(['{"ip_addresses": {', 'null and more', '\ufffd'])(
    'JSON that is damaged is called that: %j',
    async (text) => {
      const { env } = await startApiServer({ 'GET /ip_address': { text } });
      expect(await upc('ip list', { env })).toEqual({
        code: 1,
        out: '',
        err:
          'Error: Unexpected response (HTTP 200, invalid JSON).\n' +
          'The response was damaged, or it does not come from the API. Run the command again, and check for a proxy between this machine and the API.\n',
      });
    },
  );

  test('commands in hints and findings go to the API that was meant', async () => {
    const env = { UPCLOUD_TOKEN: 'ucat_sandbox', UPCLOUD_DEBUG_API_BASE_URL: undefined };
    const hint = await b.cli(`ip release 192.0.2.99 --yes --api-url ${b.origin}`, { env });
    expect(hint.err).toContain(`\`upc --api-url ${b.origin} ip list\``);
    const { out } = await b.cli(`ip audit --api-url ${b.origin} --json`, { env });
    for (const { fix } of JSON.parse(out)) expect(fix).toContain(`upc --api-url ${b.origin} ip `);
  });

  test('T-12: a response without a required field is an error that names it, never an empty list', async () => {
    const { env } = await startApiServer({ 'GET /ip_address': addresses({ ...bare, address: undefined }) });
    const { code, out, err } = await upc('ip list', { env });
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('address');
  });
});

describe('where to and as whom', () => {
  test('not signed in: one line that says what to do, and no request', async () => {
    expect(await upc('ip list')).toEqual({
      code: 4,
      out: '',
      err: 'Error: Not signed in.\nSign in with `upc login`, set UPCLOUD_TOKEN, or try things out with --sandbox.\n',
    });
    expect(JSON.parse((await upc('ip list --json')).err)).toEqual({
      error: {
        code: 'NOT_SIGNED_IN',
        message: 'Not signed in.',
        hint: 'Sign in with `upc login`, set UPCLOUD_TOKEN, or try things out with --sandbox.',
        exit_code: 4,
      },
    });
  });

  test('user name and password work as the token does; the token wins', async () => {
    const { origin } = b;
    const pair = { UPCLOUD_USERNAME: 'sandbox', UPCLOUD_PASSWORD: 'sandbox', UPCLOUD_DEBUG_API_BASE_URL: origin };
    expect((await upc('ip list -q --detached', { env: pair })).out).toBe('192.0.2.60\n198.51.100.60\n');
    const both = await upc('ip list -q', { env: { ...pair, UPCLOUD_TOKEN: 'ucat_other' } });
    expect(both.out.split('\n')).toContain('192.0.2.90');
  });

  test.each([
    ['UPCLOUD_USERNAME', 'UPCLOUD_PASSWORD'],
    ['UPCLOUD_PASSWORD', 'UPCLOUD_USERNAME'],
  ])('%s alone is an error, and no other credentials are used', async (there, missing) => {
    expect(await upc('ip list', { env: { [there]: 'half-a-pair' } })).toEqual({
      code: 3,
      out: '',
      err: `Error: ${there} is set, but ${missing} is not.\nSet both, or unset ${there}.\n`,
    });
  });

  test('rejected credentials are exit 4 and are not shown', async () => {
    const { code, out, err } = await b.cli('ip list', { env: { UPCLOUD_TOKEN: 'ucat_refused' } });
    expect({ code, out }).toEqual({ code: 4, out: '' });
    expect(err).toContain('UpCloud rejected these credentials');
  });

  test.each([
    'not-a-url',
    'ftp://api.upcloud.com',
    'http://api.upcloud.com',
    'https://user:secret@api.upcloud.com',
    'https://api.upcloud.com/1.3',
    'https://api.upcloud.com/?a=b',
    'http://127.0.0.1.example.com',
  ])('T-11: --api-url %s is rejected, and so it is in the environment', async (url) => {
    const byOption = await b.cli(['ip', 'list', '--api-url', url]);
    expect(byOption).toMatchObject({ code: 2, out: '', requests: [] });
    expect(byOption.err).toMatch(/^Error: --api-url /);
    expect(byOption.err).not.toContain('secret');
    const byVariable = await b.cli('ip list', { env: { UPCLOUD_DEBUG_API_BASE_URL: url } });
    expect(byVariable).toMatchObject({ code: 2, out: '', requests: [] });
    expect(byVariable.err).toMatch(/^Error: UPCLOUD_DEBUG_API_BASE_URL /);
  });

  test('--api-url comes before the environment', async () => {
    const env = { UPCLOUD_DEBUG_API_BASE_URL: 'http://127.0.0.1:1' };
    expect((await b.cli(['ip', 'list', '-q', '--detached', '--api-url', b.origin], { env })).code).toBe(0);
  });

  test('--sandbox and --api-url cannot be combined', async () => {
    expect((await b.cli(['ip', 'list', '--sandbox', '--api-url', b.origin])).code).toBe(2);
  });

  test('an unreachable API is exit 7, within --timeout', async () => {
    const env = { UPCLOUD_DEBUG_API_BASE_URL: 'http://127.0.0.1:1' };
    const { code, out } = await b.cli('ip list --timeout 5', { env });
    expect({ code, out }).toEqual({ code: 7, out: '' });
  });
});
