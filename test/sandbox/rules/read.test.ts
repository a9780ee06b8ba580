import { expect, test } from 'vitest';
import { findMainAccount } from '../../../src/sandbox/rules/control-rules.ts';
import { createAddress } from '../../../src/sandbox/rules/create-address.ts';
import { createSeed } from '../../../src/sandbox/seeds.ts';
import { ADDRESSES_PATH, createSandboxClient, DEMO, getAddressPath, type Json, wrapAddress } from './call.ts';

const listed = (body: unknown) => (body as { ip_addresses: { ip_address: Json[] } }).ip_addresses.ip_address;

test('R-MOD-1: attributes are always there, or only when they say something', async () => {
  const { call } = createSandboxClient();
  expect((await call('GET', getAddressPath('192.0.2.10'))).body).toEqual({
    ip_address: {
      access: 'public',
      address: '192.0.2.10',
      family: 'IPv4',
      part_of_plan: 'yes',
      ptr_record: 'www.example.com',
      server: DEMO.web1,
      mac: DEMO.web1Mac,
      floating: 'no',
      release_policy: 'release',
      zone: 'fi-hel2',
    },
  });
  const detached = (await call('GET', getAddressPath('192.0.2.60'))).inner;
  for (const absent of ['server', 'mac', 'part_of_plan', 'is_delegated']) expect(detached).not.toHaveProperty(absent);
  expect((await call('GET', getAddressPath('192.0.2.80'))).inner.is_delegated).toBe('yes');
});

test('R-MOD-2: floating addresses do not count towards the five', async () => {
  const { call, getRejection } = createSandboxClient();
  const attached = await call('PATCH', getAddressPath('192.0.2.60'), wrapAddress({ mac: DEMO.web1Mac }));
  expect(attached.status).toBe(202);
  for (const status of [201, 201, 201]) {
    expect((await call('POST', ADDRESSES_PATH, wrapAddress({ server: DEMO.web1 }))).status).toBe(status);
  }
  expect(await getRejection('POST', ADDRESSES_PATH, wrapAddress({ server: DEMO.web1 }))).toBe(
    '409 IP_ADDRESS_LIMIT_REACHED',
  );
});

test('R-MOD-3: every regular address has an interface of its own, and IPv6 follows from its MAC', async () => {
  const { call } = createSandboxClient();
  const v4 = (await call('POST', ADDRESSES_PATH, wrapAddress({ server: DEMO.web2 }))).inner;
  const v6 = (await call('POST', ADDRESSES_PATH, wrapAddress({ server: DEMO.web2, family: 'IPv6' }))).inner;
  expect(new Set([v4.mac, v6.mac, DEMO.web2Mac]).size).toBe(3);
  expect((await call('GET', getAddressPath(DEMO.ipv6))).inner.mac).toBe('da:45:c4:5c:2b:eb');
  const [d, e, f] = String(v6.mac).split(':').slice(3);
  expect(v6.address).toBe(`2001:db8:1:1:d845:c4ff:fe${d}:${e}${f}`);
});

test('R-MOD-4: floating addresses sit on a public IPv4 interface of a server in their zone', async () => {
  const { call } = createSandboxClient();
  const { body } = await call('GET', `/1.3/server/${DEMO.web1}`);
  expect(body).toMatchObject({
    server: {
      networking: {
        interfaces: {
          interface: [
            { index: 1, type: 'utility', ip_addresses: { ip_address: [{ address: '10.1.6.10', floating: 'no' }] } },
            {
              index: 2,
              type: 'public',
              mac: DEMO.web1Mac,
              network: '03000000-0000-4000-8095-000000000000',
              bootable: 'no',
              source_ip_filtering: 'yes',
              ip_addresses: {
                ip_address: [
                  { address: '192.0.2.10', family: 'IPv4', floating: 'no' },
                  { address: '192.0.2.50', family: 'IPv4', floating: 'yes' },
                ],
              },
            },
            { index: 3, type: 'public', ip_addresses: { ip_address: [{ address: DEMO.ipv6, family: 'IPv6' }] } },
          ],
        },
      },
    },
  });
});

test('R-MOD-5: default PTR records', async () => {
  const { call } = createSandboxClient();
  const ptr = async (address: string) => (await call('GET', getAddressPath(address))).inner.ptr_record;
  expect(await ptr('192.0.2.60')).toBe('192-0-2-60.fi-hel2.upcloud.host');
  expect(await ptr('2001:db8:1:1:d845:c4ff:fe5c:31f3')).toBe('d845-c4ff-fe5c-31f3.v6.fi-hel2.upcloud.host');
  expect(await ptr(DEMO.paddedIPv6)).toBe('d845-c4ff-fe5c-0265.v6.nl-ams1.upcloud.host');
  expect(await ptr('10.1.6.10')).toBe('');
});

test('R-MOD-6: the last four groups of an IPv6 address have four digits, the first four no leading zeros', () => {
  for (const name of ['demo', 'large:100']) {
    const all = createSeed(name).addresses.filter((it) => it.family === 'IPv6');
    expect(all.some((it) => /:0[^:]*$/.test(it.address))).toBe(true);
    for (const { address } of all)
      expect(address).toMatch(/^(?:[1-9a-f][0-9a-f]{0,3}:){4}[0-9a-f]{4}(?::[0-9a-f]{4}){3}$/);
  }
});

test('R-MOD-6: a new IPv6 address is spelled so, and its default PTR record alike (R-MOD-5)', () => {
  const low = { now: () => 0, random: () => 0x0a0b0c / 2 ** 24 };
  const state = createSeed('demo');
  const made = createAddress(
    state,
    findMainAccount(state),
    { params: {}, body: wrapAddress({ server: DEMO.web1, family: 'IPv6' }) },
    low,
  );
  expect(made.response.body).toMatchObject({
    ip_address: {
      address: '2001:db8:1:1:d845:c4ff:fe0a:0b0c',
      mac: 'da:45:c4:0a:0b:0c',
      ptr_record: 'd845-c4ff-fe0a-0b0c.v6.fi-hel2.upcloud.host',
    },
  });
});

test.each(['GET', 'PATCH', 'DELETE'])('R-GET-3: %s finds an IPv6 address in its own spelling only', async (method) => {
  const { call, getRejection } = createSandboxClient();
  const body = method === 'PATCH' ? wrapAddress({ ptr_record: 'a.example.com' }) : undefined;
  const others = [
    '2001:db8:3:1:d845:c4ff:fe5c:265',
    '2001:0db8:0003:0001:d845:c4ff:fe5c:0265',
    '2001:DB8:3:1:D845:C4FF:FE5C:0265',
    '2001:db8:3:1:d845:c4ff:254.92.2.101',
  ];
  for (const other of others)
    expect(await getRejection(method, getAddressPath(other), body)).toBe('404 IP_ADDRESS_NOT_FOUND');
  expect((await call(method, getAddressPath(DEMO.paddedIPv6), body)).status).toBeLessThan(300);
});

test('R-LIST-1: the list has everything of the account and nothing of others', async () => {
  const { call } = createSandboxClient();
  const { status, body } = await call('GET', `${ADDRESSES_PATH}?limit=1`);
  const addresses = listed(body).map((it) => it.address);
  expect(status).toBe(200);
  expect(addresses).toHaveLength(21);
  expect(addresses).toEqual(expect.arrayContaining(['192.0.2.60', '192.0.2.80', '10.1.6.10', DEMO.ipv6]));
  expect(addresses).not.toContain('192.0.2.20');
  expect((await createSandboxClient('empty').call('GET', ADDRESSES_PATH)).body).toEqual({
    ip_addresses: { ip_address: [] },
  });
});

test('R-GET-1, R-GET-4: one address, a utility one as recorded', async () => {
  const { call } = createSandboxClient();
  const { status, inner } = await call('GET', getAddressPath('10.1.6.11'));
  expect(status).toBe(200);
  expect(inner).toMatchObject({
    access: 'utility',
    address: '10.1.6.11',
    family: 'IPv4',
    mac: 'da:45:c4:5c:eb:18',
    ptr_record: '',
    server: DEMO.web2,
    zone: 'fi-hel2',
  });
});

test.each([
  '192.0.2.010',
  '192.0.2',
  '192.0.2.256',
  '0x7f.1',
  '127.1',
  'fe80::1%eth0',
  '::ffff:192.0.2.010',
  'web-1',
  '192.0.2.10/32',
  ' 192.0.2.10',
])('R-GET-2: %s is no IP address', async (text) => {
  const { getRejection } = createSandboxClient();
  expect(await getRejection('GET', getAddressPath(text))).toBe('400 IP_ADDRESS_INVALID');
});

test.each(['GET', 'PATCH', 'PUT', 'DELETE'])(
  'R-GET-2, R-REL-4: %s of an address of another account or an unknown one',
  async (method) => {
    const { getRejection } = createSandboxClient();
    const body = method === 'PATCH' || method === 'PUT' ? wrapAddress({ ptr_record: 'a.example.com' }) : undefined;
    expect(await getRejection(method, getAddressPath('192.0.2.20'), body)).toBe('403 IP_ADDRESS_FORBIDDEN');
    expect(await getRejection(method, getAddressPath('192.0.2.254'), body)).toBe('404 IP_ADDRESS_NOT_FOUND');
    expect(await getRejection(method, getAddressPath('192.0.2.1.2'), body)).toBe('400 IP_ADDRESS_INVALID');
  },
);
