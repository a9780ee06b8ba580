import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApiServer } from '../../api-server.ts';
import { instantClock } from '../../faults/cell.ts';
import { startTestSandbox, type TestSandbox, upc } from '../../fixture.ts';

let b: TestSandbox;
beforeAll(async () => {
  b = await startTestSandbox();
});
afterAll(() => b.close());

test('shows the details of an address on a server', async () => {
  expect(await b.cli('ip show 192.0.2.50')).toMatchObject({ code: 0, err: '' });
  const { out } = await b.cli('ip show 192.0.2.50');
  const lines = Object.fromEntries(out.split('\n').map((line) => line.split(/ {2,}/, 2)));
  expect(lines).toMatchObject({
    Address: '192.0.2.50',
    Kind: 'floating IPv4',
    Zone: 'fi-hel2',
    'PTR record': 'failover.example.com',
    'Release policy': 'keep',
    Server: 'web-1 (started)',
    Hostname: 'web-1.example.com',
    'Server UUID': '0078c168-d578-4a64-95cf-07376f1dc524',
    Interface: '2, public, da:45:c4:5c:65:6c',
    'Shared with': '192.0.2.10',
  });
  expect(out).not.toContain('\u001b');
});

test('shows that an address is detached, or which service holds it', async () => {
  expect((await b.cli('ip show 192.0.2.60')).out).toMatch(/^Server +detached$/m);
  expect((await b.cli('ip show 192.0.2.80')).out).toMatch(/^Delegated to +\S+.* lb-front$/m);
});

test('JSON is one object: the address, then server, interface, service and what becomes of it', async () => {
  const shown = JSON.parse((await b.cli('ip show 192.0.2.50 --json')).out);
  expect(shown).toMatchObject({
    address: '192.0.2.50',
    floating: 'yes',
    part_of_plan: 'no',
    is_delegated: 'no',
    server_details: { title: 'web-1', state: 'started' },
    interface: { index: 2, other_addresses: ['192.0.2.10'] },
    delegated_to: null,
  });
  const detached = JSON.parse((await b.cli('ip show 192.0.2.60 --json')).out);
  expect(detached).toMatchObject({ server: null, mac: null, server_details: null, interface: null });
  expect(Object.keys(detached)).toEqual(Object.keys(shown));
});

test('-q prints the address; NDJSON is one line', async () => {
  expect((await b.cli('ip show 192.0.2.50 -q')).out).toBe('192.0.2.50\n');
  expect((await b.cli('ip show 192.0.2.50 -o ndjson')).out.split('\n')).toHaveLength(2);
});

test.each(['2001:DB8:1:1:d845:C4FF:fe5c:2beb', '2001:0db8:0001:0001:d845:c4ff:fe5c:2beb'])(
  'T-14: %s is found, and asked for in one form',
  async (spelling) => {
    const { code, requests } = await b.cli(`ip show ${spelling} -q`);
    expect(code).toBe(0);
    expect(requests[0]?.path).toBe('/1.3/ip_address/2001:db8:1:1:d845:c4ff:fe5c:2beb');
  },
);

test.each([
  'web-1',
  '192.0.2.010',
  '192.0.2',
  '192.0.2.1/32',
  'fe80::1%eth0',
  '::ffff:192.0.2.1',
  '../account',
  '*',
  '',
])('T-14: %j is no address, and nothing is asked', async (text) => {
  const { code, out, err, requests } = await b.cli(['ip', 'show', text]);
  expect({ code, out, requests }).toEqual({ code: 2, out: '', requests: [] });
  expect(err).toMatch(/^Error: .+\.\n/);
});

test('without an address it is wrong usage', async () => {
  expect((await b.cli('ip show')).code).toBe(2);
});

describe('several addresses', () => {
  test('are an array in JSON, in the order of the arguments, each once', async () => {
    const { code, out, requests } = await b.cli('ip show 192.0.2.80 192.0.2.50 192.0.2.10 192.0.2.80 --json');
    expect(code).toBe(0);
    const shown = JSON.parse(out);
    expect(shown.map(({ address }: { address: string }) => address)).toEqual([
      '192.0.2.80',
      '192.0.2.50',
      '192.0.2.10',
    ]);
    expect(shown[1]).toEqual(JSON.parse((await b.cli('ip show 192.0.2.50 --json')).out));
    // Two of the addresses are on web-1, whose details are fetched only once.
    expect(requests.filter(({ path }) => path.startsWith('/1.3/server/'))).toHaveLength(1);
  });

  test('the type follows from the command line, not from what it comes to', async () => {
    expect(JSON.parse((await b.cli('ip show 192.0.2.10 192.0.2.10 --json')).out)).toHaveLength(1);
    expect(JSON.parse((await b.cli('ip show - --json', { stdin: '192.0.2.10\n' })).out)).toHaveLength(1);
    expect(await b.cli('ip show - --json', { stdin: '' })).toMatchObject({ code: 0, out: '[]\n' });
  });

  test('are cards with a blank line between them, and lines with -q', async () => {
    const cards = await Promise.all(['192.0.2.10', '192.0.2.60'].map((ip) => b.cli(`ip show ${ip}`)));
    expect((await b.cli('ip show 192.0.2.10 192.0.2.60')).out).toBe(cards.map(({ out }) => out).join('\n'));
    expect((await b.cli('ip show 192.0.2.10 192.0.2.60 -q')).out).toBe('192.0.2.10\n192.0.2.60\n');
    expect((await b.cli('ip show 192.0.2.10 192.0.2.60 -o ndjson')).out.split('\n')).toHaveLength(3);
  });

  test('what is missing is reported, and the rest is shown (exit 6)', async () => {
    const { code, out, err } = await b.cli('ip show 192.0.2.199 192.0.2.10 192.0.2.90 --json');
    expect({ code, shown: JSON.parse(out).length }).toEqual({ code: 6, shown: 1 });
    expect(err).toMatch(/^Warning: 192\.0\.2\.199: .+\nWarning: 192\.0\.2\.90: .+\n$/);
  });

  test.each([
    ['192.0.2.199 192.0.2.198', 5, 'IP_ADDRESS_NOT_FOUND'],
    ['192.0.2.199 192.0.2.90', 6, 'SEVERAL_FAILED'],
  ])('%s: all fail, and nothing is shown', async (addresses, code, name) => {
    const result = await b.cli(`ip show ${addresses} --json`);
    expect(result).toMatchObject({ code, out: '' });
    const { error } = JSON.parse(result.err);
    expect(error).toMatchObject({ code: name, exit_code: code });
    for (const address of addresses.split(' ')) expect(error.message).toContain(`${address}: `);
  });

  test('T-14: a bad one stops all before anything is asked', async () => {
    const { code, err, requests } = await b.cli('ip show 192.0.2.10 192.0.2.999 nonsense');
    expect({ code, requests }).toEqual({ code: 2, requests: [] });
    expect(err).toMatch(/192\.0\.2\.999[\s\S]*nonsense/);
  });
});

test('not there is exit 5, of another account exit 4', async () => {
  expect(await b.cli('ip show 192.0.2.199')).toMatchObject({ code: 5, out: '' });
  expect(await b.cli('ip show 192.0.2.90')).toMatchObject({ code: 4, out: '' });
  expect(JSON.parse((await b.cli('ip show 192.0.2.199 --json')).err).error).toMatchObject({
    code: 'IP_ADDRESS_NOT_FOUND',
    status: 404,
    exit_code: 5,
  });
});

const server = '0078c168-d578-4a64-95cf-07376f1dc524';
const addressWithoutOptionalFields = {
  access: 'public',
  address: '192.0.2.1',
  family: 'IPv4',
  mac: 'da:45:c4:00:00:01',
  server,
  zone: 'x',
};

test('without server details, shows its UUID and the MAC address', async () => {
  const forbidden = { status: 403, body: { error: { error_code: 'FORBIDDEN', error_message: 'No.' } } };
  const { env } = await startApiServer({
    'GET /ip_address/192.0.2.1': { body: { ip_address: addressWithoutOptionalFields } },
    [`GET /server/${server}`]: forbidden,
  });
  const { code, out } = await upc('ip show 192.0.2.1', { env });
  expect(code).toBe(0);
  expect(out).toMatch(new RegExp(`^Server UUID +${server}$`, 'm'));
  expect(out).toMatch(/^MAC +da:45:c4:00:00:01$/m);
});

test('T-12: a response about another address is an error', async () => {
  const { env } = await startApiServer({
    'GET /ip_address/192.0.2.2': { body: { ip_address: addressWithoutOptionalFields } },
  });
  expect(await upc('ip show 192.0.2.2', { env })).toMatchObject({ code: 1, out: '' });
});

test('details that cannot be fetched cause a warning', async () => {
  const address = {
    address: '192.0.2.10',
    access: 'public',
    family: 'IPv4',
    zone: 'fi-hel2',
    ptr_record: '',
    server: '00000000-0000-4000-8000-000000000001',
    mac: 'da:45:c4:00:00:01',
  };
  const { env } = await startApiServer({
    'GET /ip_address/192.0.2.10': { body: { ip_address: address } },
    'GET /server/00000000-0000-4000-8000-000000000001': { status: 500, body: {} },
  });
  const { code, out, err } = await upc('ip show 192.0.2.10 --json', { env, clock: instantClock });
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ server_details: null });
  expect(err).toMatch(/^Warning: The server could not be fetched: /);
});

test('one object is shown whole, and says so where columns were asked for', async () => {
  const warning = 'Warning: --columns and --sort are ignored: they apply only to lists.\n';
  expect((await b.cli('ip show 192.0.2.10 --columns address')).err).toBe(warning);
  expect((await b.cli('ip show 192.0.2.10 --sort=-address --json')).err).toBe(warning);
});
