import { expect, test } from 'vitest';
import { createSandboxClient, DEMO, getAddressPath, type Json, wrapAddress } from './call.ts';

test('R-MOD-A: attaching moves a floating address in one call, with PATCH and with PUT', async () => {
  const { call } = createSandboxClient();
  const moved = await call('PATCH', getAddressPath('192.0.2.50'), wrapAddress({ mac: DEMO.web2Mac.toUpperCase() }));
  expect(moved.status).toBe(202);
  expect(moved.inner).toMatchObject({ mac: DEMO.web2Mac, server: DEMO.web2, ptr_record: 'failover.example.com' });
  expect((await call('PUT', getAddressPath('192.0.2.50'), wrapAddress({ mac: DEMO.db1Mac }))).inner.server).toBe(
    DEMO.db1,
  );
  expect((await call('GET', `/1.3/server/${DEMO.web1}`)).text).not.toContain('192.0.2.50');
});

test.each([null, ''])('R-MOD-B: a MAC of %j detaches and leaves the rest', async (mac) => {
  const { call } = createSandboxClient();
  const { mac: _mac, server: _server, ...rest } = (await call('GET', getAddressPath('192.0.2.50'))).inner;
  const { status, inner } = await call('PATCH', getAddressPath('192.0.2.50'), wrapAddress({ mac }));
  expect(status).toBe(202);
  expect(inner).toEqual(rest);
  expect((await call('GET', getAddressPath('192.0.2.50'))).inner).toEqual(rest);
});

test('R-MOD-C: what cannot be attached, and where', async () => {
  const { getRejection } = createSandboxClient();
  const attach = (address: string, mac: unknown) =>
    getRejection('PATCH', getAddressPath(address), wrapAddress({ mac }));
  for (const regular of ['192.0.2.10', '10.1.6.10', DEMO.ipv6]) {
    expect(await attach(regular, DEMO.web2Mac)).toBe('409 FLOATING_IP_NOT_AVAILABLE');
    expect(await attach(regular, null)).toBe('409 FLOATING_IP_NOT_AVAILABLE');
  }
  const unfit = ['nonsense', 'da:45:c4:00:00:00', DEMO.web1IPv6Mac, DEMO.web1UtilityMac, DEMO.shop1Mac, 7];
  for (const mac of unfit) expect(await attach('192.0.2.60', mac)).toBe('400 MAC_INVALID');
  expect(await attach('192.0.2.60', DEMO.edge1Mac)).toBe('409 FLOATING_IP_NOT_AVAILABLE');
});

test('R-MOD-C, R-MOD-F: null beside other attributes changes nothing where there is nothing to detach', async () => {
  const { call } = createSandboxClient();
  for (const address of ['192.0.2.10', DEMO.ipv6, '192.0.2.80']) {
    const before = (await call('GET', getAddressPath(address))).inner;
    const { status, inner } = await call(
      'PATCH',
      getAddressPath(address),
      wrapAddress({ mac: null, ptr_record: 'new.example.com' }),
    );
    expect([status, inner]).toEqual([202, { ...before, ptr_record: 'new.example.com' }]);
  }
  const detached = (
    await call('PATCH', getAddressPath('192.0.2.50'), wrapAddress({ mac: null, release_policy: 'release' }))
  ).inner;
  expect(detached).not.toHaveProperty('mac');
});

test('R-MOD-D: PTR records', async () => {
  const { call, getRejection } = createSandboxClient();
  const ptr = async (address: string, ptr_record: unknown) => {
    const { status, inner } = await call('PATCH', getAddressPath(address), wrapAddress({ ptr_record }));
    return [status, inner.ptr_record];
  };
  expect(await ptr(DEMO.ipv6, 'such.pointer.example.com')).toEqual([202, 'such.pointer.example.com']);
  expect(await ptr('192.0.2.10', 'mail.example.com.')).toEqual([202, 'mail.example.com']);
  expect(await ptr('192.0.2.10', '')).toEqual([202, '192-0-2-10.fi-hel2.upcloud.host']);
  const bad = [
    'mail',
    'a..b',
    '-a.example.com',
    'a b.com',
    'bücher.example',
    '192.0.2.1',
    `${'a'.repeat(64)}.com`,
    '.',
    null,
    7,
  ];
  for (const name of bad) {
    expect(await getRejection('PATCH', getAddressPath('192.0.2.10'), wrapAddress({ ptr_record: name }))).toBe(
      '400 PTR_RECORD_INVALID',
    );
  }
  for (const name of ['a.example.com', '']) {
    expect(await getRejection('PATCH', getAddressPath('10.1.6.10'), wrapAddress({ ptr_record: name }))).toBe(
      '409 PTR_RECORD_NOT_SUPPORTED',
    );
  }
});

test('R-MOD-E: a release policy is for public IPv4 only', async () => {
  const { call, getRejection } = createSandboxClient();
  const policy = wrapAddress({ release_policy: 'keep' });
  expect((await call('PATCH', getAddressPath('192.0.2.10'), policy)).inner.release_policy).toBe('keep');
  expect(await getRejection('PATCH', getAddressPath(DEMO.ipv6), policy)).toBe('409 RELEASE_POLICY_NOT_AVAILABLE');
  expect(await getRejection('PATCH', getAddressPath('10.1.6.10'), policy)).toBe('409 RELEASE_POLICY_NOT_AVAILABLE');
  expect(await getRejection('PATCH', getAddressPath('192.0.2.10'), wrapAddress({ release_policy: 'x' }))).toBe(
    '400 RELEASE_POLICY_INVALID',
  );
});

test('R-MOD-F: a delegated address keeps its place; PTR and policy may change', async () => {
  const { call, getRejection } = createSandboxClient();
  for (const mac of [DEMO.web1Mac, null, '']) {
    expect(await getRejection('PATCH', getAddressPath('192.0.2.80'), wrapAddress({ mac }))).toBe(
      '409 IP_ADDRESS_DELEGATED',
    );
  }
  const change = wrapAddress({ ptr_record: 'front.example.com', release_policy: 'release' });
  const { status, inner } = await call('PATCH', getAddressPath('192.0.2.80'), change);
  expect(status).toBe(202);
  expect(inner).toMatchObject({ is_delegated: 'yes', ptr_record: 'front.example.com', release_policy: 'release' });
});

test.each<Json>([
  { mac: 'da:45:c4:5c:7a:02', ptr_record: 'not a name' },
  { mac: 'da:45:c4:5c:b2:21', ptr_record: 'fine.example.com', release_policy: 'release' },
  { ptr_record: 'fine.example.com', release_policy: 'never' },
  { ptr_record: 'fine.example.com', zone: 'fi-hel2' },
])('R-MOD-G: %j changes nothing', async (fields) => {
  const { call, state } = createSandboxClient();
  const before = await state();
  expect((await call('PATCH', getAddressPath('192.0.2.50'), wrapAddress(fields))).status).toBeGreaterThanOrEqual(400);
  expect(await state()).toBe(before);
});

test('a modification without attributes is accepted and changes nothing', async () => {
  const { call } = createSandboxClient();
  const before = (await call('GET', getAddressPath('192.0.2.50'))).inner;
  const { status, inner } = await call('PATCH', getAddressPath('192.0.2.50'), wrapAddress({}));
  expect([status, inner]).toEqual([202, before]);
});
