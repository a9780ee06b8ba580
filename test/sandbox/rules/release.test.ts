import { expect, test } from 'vitest';
import { ADDRESSES_PATH, createSandboxClient, DEMO, getAddressPath, wrapAddress } from './call.ts';

test('R-REL-1: a utility address cannot be released', async () => {
  expect(await createSandboxClient().getRejection('DELETE', getAddressPath('10.1.6.10'))).toBe(
    '409 CANNOT_DELETE_PRIVATE_ADDRESS',
  );
});

test('R-REL-2: a delegated address cannot be released', async () => {
  expect(await createSandboxClient().getRejection('DELETE', getAddressPath('192.0.2.80'))).toBe(
    '409 IP_ADDRESS_DELEGATED',
  );
});

test('R-REL-3: not from a server in maintenance or error', async () => {
  const { call, getRejection } = createSandboxClient();
  expect(await getRejection('DELETE', getAddressPath('198.51.100.10'))).toBe('409 SERVER_STATE_ILLEGAL');
  await call('PATCH', `/sandbox/server/${DEMO.web1}`, { state: 'error' }, {});
  for (const address of ['192.0.2.10', '192.0.2.50', DEMO.ipv6]) {
    expect(await getRejection('DELETE', getAddressPath(address))).toBe('409 SERVER_STATE_ILLEGAL');
  }
});

test("R-REL-3: not the server's last address, a floating one on it or not", async () => {
  const { call, getRejection } = createSandboxClient();
  const interfaces = { interface: [{ type: 'public', ip_addresses: { ip_address: [{ family: 'IPv4' }] } }] };
  const server = { zone: 'fi-hel2', title: 'solo', hostname: 'solo', networking: { interfaces } };
  const text = (await call('POST', '/1.3/server', { server })).text;
  const { address = '', mac = '' } = {
    address: /192\.0\.2\.\d+/.exec(text)?.[0],
    mac: /da:45[0-9a-f:]+/.exec(text)?.[0],
  };
  expect(await getRejection('DELETE', getAddressPath(address))).toBe('409 SERVER_STATE_ILLEGAL');
  await call('PATCH', getAddressPath('192.0.2.60'), wrapAddress({ mac }));
  expect(await getRejection('DELETE', getAddressPath(address))).toBe('409 SERVER_STATE_ILLEGAL');
  expect((await call('DELETE', getAddressPath('192.0.2.60'))).status).toBe(204);
});

test('R-REL-4: a released address is unknown from then on', async () => {
  const { call, getRejection } = createSandboxClient();
  expect((await call('DELETE', getAddressPath('192.0.2.13'))).status).toBe(204);
  expect(await getRejection('DELETE', getAddressPath('192.0.2.13'))).toBe('404 IP_ADDRESS_NOT_FOUND');
});

test('R-REL-5: a released address is handed out last', async () => {
  const { call } = createSandboxClient();
  const createFloatingIp = async () =>
    (await call('POST', ADDRESSES_PATH, wrapAddress({ floating: 'yes', zone: 'es-mad1' }))).inner.address;
  expect(await createFloatingIp()).toBe('203.0.113.250');
  await call('DELETE', getAddressPath('203.0.113.250'));
  expect(await createFloatingIp()).toBe('203.0.113.250');
  await call('DELETE', getAddressPath('192.0.2.60'));
  const next = await call('POST', ADDRESSES_PATH, wrapAddress({ floating: 'yes', zone: 'fi-hel2' }));
  expect(next.inner.address).toBe('192.0.2.100');
});

test('the interface goes with its regular address, and what floated on it is detached', async () => {
  const { call } = createSandboxClient();
  expect((await call('DELETE', getAddressPath('192.0.2.10'))).status).toBe(204);
  expect((await call('GET', `/1.3/server/${DEMO.web1}`)).text).not.toContain(DEMO.web1Mac);
  const orphan = (await call('GET', getAddressPath('192.0.2.50'))).inner;
  expect(orphan).toMatchObject({ floating: 'yes', ptr_record: 'failover.example.com' });
  expect(orphan).not.toHaveProperty('mac');
});

test('R-POL-1: addresses with the policy release go with their server, floating or not', async () => {
  const { call, getRejection } = createSandboxClient();
  await call('PATCH', getAddressPath('192.0.2.50'), wrapAddress({ release_policy: 'release' }));
  await call('POST', `/1.3/server/${DEMO.web1}/stop`);
  expect((await call('DELETE', `/1.3/server/${DEMO.web1}`)).status).toBe(204);
  for (const gone of ['192.0.2.10', '192.0.2.50', DEMO.ipv6]) {
    expect(await getRejection('GET', getAddressPath(gone))).toBe('404 IP_ADDRESS_NOT_FOUND');
  }
});

test('R-POL-2: with keep they stay as detached floating addresses', async () => {
  const { call, getRejection } = createSandboxClient();
  await call('PATCH', getAddressPath('192.0.2.60'), wrapAddress({ mac: DEMO.db1Mac }));
  expect((await call('DELETE', `/1.3/server/${DEMO.db1}`)).status).toBe(204);
  for (const kept of ['192.0.2.12', '192.0.2.60']) {
    const { inner } = await call('GET', getAddressPath(kept));
    expect(inner).toMatchObject({ floating: 'yes', release_policy: 'keep', zone: 'fi-hel2' });
    for (const absent of ['mac', 'server', 'part_of_plan']) expect(inner).not.toHaveProperty(absent);
  }
  expect(await getRejection('GET', getAddressPath('192.0.2.13'))).toBe('404 IP_ADDRESS_NOT_FOUND');
});

test('R-POL-3: the utility address goes with its server', async () => {
  const { call, getRejection } = createSandboxClient();
  await call('DELETE', `/1.3/server/${DEMO.db1}`);
  expect(await getRejection('GET', getAddressPath('10.1.6.12'))).toBe('404 IP_ADDRESS_NOT_FOUND');
});
