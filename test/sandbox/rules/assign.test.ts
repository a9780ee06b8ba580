import { expect, test } from 'vitest';
import { findMainAccount } from '../../../src/sandbox/rules/control-rules.ts';
import { createAddress } from '../../../src/sandbox/rules/create-address.ts';
import { createSeed } from '../../../src/sandbox/seeds.ts';
import { ADDRESSES_PATH, createSandboxClient, DEMO, getAddressPath, wrapAddress } from './call.ts';

test('R-ASG-1: defaults are public and IPv4', async () => {
  const { call } = createSandboxClient();
  const { status, inner } = await call('POST', ADDRESSES_PATH, wrapAddress({ server: DEMO.web1 }));
  expect(status).toBe(201);
  expect(inner).toEqual({
    access: 'public',
    address: '192.0.2.100',
    family: 'IPv4',
    ptr_record: '192-0-2-100.fi-hel2.upcloud.host',
    server: DEMO.web1,
    mac: expect.stringMatching(/^da:45:c4(:[0-9a-f]{2}){3}$/),
    floating: 'no',
    release_policy: 'release',
    zone: 'fi-hel2',
  });
});

test('R-ASG-2: server is required unless a MAC names the interface of a stopped server', async () => {
  const { call, getRejection } = createSandboxClient();
  expect(await getRejection('POST', ADDRESSES_PATH, wrapAddress({}))).toBe('400 SERVER_MISSING');
  expect(await getRejection('POST', ADDRESSES_PATH, wrapAddress({ mac: DEMO.web1Mac }))).toBe(
    '409 SERVER_STATE_ILLEGAL',
  );
  const { status, inner } = await call('POST', ADDRESSES_PATH, wrapAddress({ mac: DEMO.db1Mac.toUpperCase() }));
  expect([status, inner.server, inner.mac]).toEqual([201, DEMO.db1, DEMO.db1Mac]);
  expect(await getRejection('POST', ADDRESSES_PATH, wrapAddress({ mac: DEMO.db1Mac, server: DEMO.web1 }))).toBe(
    '400 MAC_INVALID',
  );
  expect(await getRejection('POST', ADDRESSES_PATH, wrapAddress({ mac: DEMO.db1Mac, family: 'IPv6' }))).toBe(
    '400 MAC_INVALID',
  );
  expect(await getRejection('POST', ADDRESSES_PATH, wrapAddress({ mac: DEMO.shop1Mac }))).toBe('400 MAC_INVALID');
});

test('R-ASG-3: errors of the server', async () => {
  const { getRejection } = createSandboxClient();
  expect(await getRejection('POST', ADDRESSES_PATH, wrapAddress({ server: 'web-1' }))).toBe('400 SERVER_INVALID');
  expect(await getRejection('POST', ADDRESSES_PATH, wrapAddress({ server: null }))).toBe('400 SERVER_INVALID');
  expect(
    await getRejection('POST', ADDRESSES_PATH, wrapAddress({ server: '00000000-0000-4000-8000-000000000000' })),
  ).toBe('404 SERVER_NOT_FOUND');
  expect(await getRejection('POST', ADDRESSES_PATH, wrapAddress({ server: DEMO.shop1 }))).toBe('403 SERVER_FORBIDDEN');
});

test('R-ASG-4: a sixth public address and a second utility address', async () => {
  const { getRejection } = createSandboxClient();
  const limit = '409 IP_ADDRESS_LIMIT_REACHED';
  expect(await getRejection('POST', ADDRESSES_PATH, wrapAddress({ server: DEMO.edge1 }))).toBe(limit);
  expect(await getRejection('POST', ADDRESSES_PATH, wrapAddress({ server: DEMO.edge1, family: 'IPv6' }))).toBe(limit);
  expect(await getRejection('POST', ADDRESSES_PATH, wrapAddress({ server: DEMO.web1, access: 'utility' }))).toBe(limit);
});

test('R-ASG-5: a zone without free addresses', async () => {
  const { call, getRejection } = createSandboxClient();
  expect((await call('POST', ADDRESSES_PATH, wrapAddress({ floating: 'yes', zone: 'es-mad1' }))).inner.address).toBe(
    '203.0.113.250',
  );
  const rejected = await getRejection('POST', ADDRESSES_PATH, wrapAddress({ floating: 'yes', zone: 'es-mad1' }));
  expect(rejected).toBe('409 IP_ADDRESS_RESOURCES_UNAVAILABLE');
});

test('R-ASG-6: a server in maintenance or error takes no address', async () => {
  const { call, getRejection } = createSandboxClient();
  await call('PATCH', `/sandbox/server/${DEMO.web1}`, { state: 'error' }, {});
  for (const server of [DEMO.web1, DEMO.mail1]) {
    expect(await getRejection('POST', ADDRESSES_PATH, wrapAddress({ server }))).toBe('409 SERVER_STATE_ILLEGAL');
  }
  expect(await getRejection('POST', ADDRESSES_PATH, wrapAddress({ floating: 'yes', mac: DEMO.mail1Mac }))).toBe(
    '409 SERVER_STATE_ILLEGAL',
  );
});

test('R-ASG-7: choosing an address needs the privilege, IPv4 and a free address', async () => {
  const { call, getRejection } = createSandboxClient();
  const requested = wrapAddress({ server: DEMO.web1, address: '192.0.2.150' });
  expect(await getRejection('POST', ADDRESSES_PATH, requested)).toBe('403 ADDRESS_SELECTION_FORBIDDEN');
  await call('PATCH', '/sandbox/account', { address_selection: true }, {});
  expect((await call('POST', ADDRESSES_PATH, requested)).inner.address).toBe('192.0.2.150');
  expect(await getRejection('POST', ADDRESSES_PATH, requested)).toBe('409 IP_ADDRESS_RESOURCES_UNAVAILABLE');
  const floating = await call(
    'POST',
    ADDRESSES_PATH,
    wrapAddress({ floating: 'yes', zone: 'fi-hel2', address: '192.0.2.151' }),
  );
  expect(floating.inner.address).toBe('192.0.2.151');
  const six = wrapAddress({ server: DEMO.web1, family: 'IPv6', address: '192.0.2.152' });
  expect(await getRejection('POST', ADDRESSES_PATH, six)).toBe('400 ADDRESS_INVALID');
  expect(await getRejection('POST', ADDRESSES_PATH, wrapAddress({ server: DEMO.web1, address: '192.0.2.0150' }))).toBe(
    '400 ADDRESS_INVALID',
  );
});

test('R-ASG-8: a release policy is for public IPv4 only', async () => {
  const { call, getRejection } = createSandboxClient();
  const rejected = '409 RELEASE_POLICY_NOT_AVAILABLE';
  const server = DEMO.web1;
  expect(
    await getRejection('POST', ADDRESSES_PATH, wrapAddress({ server, family: 'IPv6', release_policy: 'release' })),
  ).toBe(rejected);
  expect(
    await getRejection('POST', ADDRESSES_PATH, wrapAddress({ server, access: 'utility', release_policy: 'keep' })),
  ).toBe(rejected);
  expect(
    (await call('POST', ADDRESSES_PATH, wrapAddress({ server, release_policy: 'keep' }))).inner.release_policy,
  ).toBe('keep');
});

test('R-ASG-9: no credits', async () => {
  const { call, getRejection } = createSandboxClient();
  await call('PATCH', '/sandbox/account', { credits: 0 }, {});
  expect(await getRejection('POST', ADDRESSES_PATH, wrapAddress({ server: DEMO.web1 }))).toBe(
    '402 INSUFFICIENT_CREDITS',
  );
  expect(await getRejection('POST', ADDRESSES_PATH, wrapAddress({ floating: 'yes', zone: 'fi-hel2' }))).toBe(
    '402 INSUFFICIENT_CREDITS',
  );
});

test.each([
  [{ family: 'IPv5' }, 'FAMILY_INVALID'],
  [{ family: null }, 'FAMILY_INVALID'],
  [{ access: 'private' }, 'ACCESS_INVALID'],
  [{ release_policy: 'Keep' }, 'RELEASE_POLICY_INVALID'],
  [{ floating: true }, 'FLOATING_INVALID'],
  [{ floating: 'yes', server: undefined, zone: 'xx-yyy1' }, 'ZONE_INVALID'],
  [{ floating: 'yes', server: undefined, zone: 7 }, 'ZONE_INVALID'],
  [{ floating: 'yes', server: undefined }, 'ZONE_MISSING'],
  [{ zone: 'de-fra1' }, 'ZONE_INVALID'],
  [{ access: 'utility', family: 'IPv6' }, 'FAMILY_INVALID'],
  [{ colour: 'red' }, 'UNKNOWN_ATTRIBUTE'],
])('R-ASG-10: %j is 400 %s', async (fields, code) => {
  const { getRejection } = createSandboxClient();
  expect(await getRejection('POST', ADDRESSES_PATH, wrapAddress({ server: DEMO.web1, ...fields }))).toBe(`400 ${code}`);
});

test('R-ASG-10: the wrapper itself', async () => {
  const { getRejection } = createSandboxClient();
  expect(await getRejection('POST', ADDRESSES_PATH, {})).toBe('400 IP_ADDRESS_MISSING');
  expect(await getRejection('POST', ADDRESSES_PATH, { ip_address: [] })).toBe('400 IP_ADDRESS_INVALID');
  expect(await getRejection('POST', ADDRESSES_PATH, { ip_address: {}, more: 1 })).toBe('400 UNKNOWN_ATTRIBUTE');
});

test('R-FLT-1: created attached, as recorded, or detached in a zone', async () => {
  const { call, getRejection } = createSandboxClient();
  const attached = await call(
    'POST',
    ADDRESSES_PATH,
    wrapAddress({ family: 'IPv4', floating: 'yes', mac: DEMO.web1Mac }),
  );
  expect(attached.status).toBe(201);
  expect(attached.inner).toMatchObject({
    access: 'public',
    address: '192.0.2.100',
    family: 'IPv4',
    floating: 'yes',
    mac: DEMO.web1Mac,
    ptr_record: '192-0-2-100.fi-hel2.upcloud.host',
    server: DEMO.web1,
    zone: 'fi-hel2',
  });
  const detached = (await call('POST', ADDRESSES_PATH, wrapAddress({ floating: 'yes', zone: 'nl-ams1', mac: null })))
    .inner;
  expect(detached).toMatchObject({ floating: 'yes', zone: 'nl-ams1' });
  expect(detached).not.toHaveProperty('mac');
  const contradicting = wrapAddress({ floating: 'yes', mac: DEMO.web1Mac, zone: 'nl-ams1' });
  expect(await getRejection('POST', ADDRESSES_PATH, contradicting)).toBe('400 ZONE_INVALID');
  expect(await getRejection('POST', ADDRESSES_PATH, wrapAddress({ floating: 'yes', server: DEMO.web1 }))).toBe(
    '400 ZONE_MISSING',
  );
  const ignored = (
    await call('POST', ADDRESSES_PATH, wrapAddress({ floating: 'yes', server: DEMO.web1, zone: 'fi-hel2' }))
  ).inner;
  expect(ignored).toMatchObject({ floating: 'yes', zone: 'fi-hel2' });
  expect(ignored).not.toHaveProperty('server');
});

test('R-FLT-2: the default release policy is keep', async () => {
  const { call } = createSandboxClient();
  const policy = async (more: object) =>
    (await call('POST', ADDRESSES_PATH, wrapAddress({ floating: 'yes', zone: 'fi-hel2', ...more }))).inner
      .release_policy;
  expect([await policy({}), await policy({ release_policy: 'release' })]).toEqual(['keep', 'release']);
});

test('R-FLT-3: IPv6, utility and unfit MACs', async () => {
  const { getRejection } = createSandboxClient();
  const postFloatingIp = (fields: object) =>
    getRejection('POST', ADDRESSES_PATH, wrapAddress({ floating: 'yes', zone: 'fi-hel2', ...fields }));
  expect(await postFloatingIp({ family: 'IPv6' })).toBe('409 FLOATING_IP_NOT_AVAILABLE');
  expect(await postFloatingIp({ access: 'utility' })).toBe('409 FLOATING_IP_NOT_AVAILABLE');
  const unfit = [
    'da:45',
    'da-45-c4-5c-65-6c',
    'da:45:c4:00:00:00',
    DEMO.shop1Mac,
    DEMO.web1IPv6Mac,
    DEMO.web1UtilityMac,
  ];
  for (const mac of unfit) expect(await postFloatingIp({ mac })).toBe('400 MAC_INVALID');
  expect(await postFloatingIp({ mac: 7 })).toBe('400 MAC_INVALID');
});

test('the limits of the account hold when an address is made', async () => {
  const { call, getRejection } = createSandboxClient();
  const make = wrapAddress({ floating: 'yes', zone: 'fi-hel2' });
  for (let held = 2; held < 10; held += 1) expect((await call('POST', ADDRESSES_PATH, make)).status).toBe(201);
  expect(await getRejection('POST', ADDRESSES_PATH, make)).toBe('409 IP_ADDRESS_LIMIT_REACHED');
  expect((await call('PATCH', getAddressPath('192.0.2.50'), wrapAddress({ mac: null }))).status).toBe(202);
});

test('a new MAC is unique even when chance never changes', () => {
  const stuck = { now: () => 0, random: () => 0.5 };
  let state = createSeed('demo');
  for (let made = 0; made < 3; made += 1) {
    const input = { params: {}, body: wrapAddress({ server: DEMO.web1 }) };
    state = createAddress(state, findMainAccount(state), input, stuck).state;
  }
  const macs = state.servers.flatMap((it) => it.interfaces.map(({ mac }) => mac));
  expect(macs.filter((mac) => mac.startsWith('da:45:c4:80:00:0'))).toHaveLength(3);
  expect(new Set(macs).size).toBe(macs.length);
});
