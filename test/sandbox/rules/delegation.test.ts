import { expect, test } from 'vitest';
import { createSandboxClient, DEMO, getAddressPath, wrapAddress } from './call.ts';

const FRONT = `/1.3/load-balancer/${DEMO.front}`;
const held = (address: string) => ({ address, network_name: 'public-IPv4' });
const anyTimestamp = expect.stringMatching(/^20\d\d-\d\d-\d\dT/);
const shown = (address: string) => ({ ...held(address), created_at: anyTimestamp, updated_at: anyTimestamp });

test('R-DEL-1: a delegated address is marked, and neither moved nor released', async () => {
  const { call, getRejection } = createSandboxClient();
  const added = await call('POST', `${FRONT}/ip-addresses`, held('192.0.2.60'));
  expect([added.status, added.body]).toEqual([201, shown('192.0.2.60')]);
  expect((await call('GET', getAddressPath('192.0.2.60'))).inner.is_delegated).toBe('yes');
  expect(await getRejection('DELETE', getAddressPath('192.0.2.60'))).toBe('409 IP_ADDRESS_DELEGATED');
  expect(await getRejection('PATCH', getAddressPath('192.0.2.60'), wrapAddress({ mac: DEMO.web1Mac }))).toBe(
    '409 IP_ADDRESS_DELEGATED',
  );
  expect((await call('GET', `${FRONT}/ip-addresses`)).body).toEqual([shown('192.0.2.80'), shown('192.0.2.60')]);
});

test('R-DEL-2: taken back, it is detached again with keep and deleted with release', async () => {
  const { call, getRejection } = createSandboxClient();
  await call('POST', `${FRONT}/ip-addresses`, held('192.0.2.60'));
  await call('PATCH', getAddressPath('192.0.2.80'), wrapAddress({ release_policy: 'release' }));
  for (const address of ['192.0.2.60', '192.0.2.80']) {
    expect((await call('DELETE', `${FRONT}/ip-addresses/${address}`)).status).toBe(204);
  }
  expect((await call('GET', getAddressPath('192.0.2.60'))).inner).not.toHaveProperty('is_delegated');
  expect(await getRejection('GET', getAddressPath('192.0.2.80'))).toBe('404 IP_ADDRESS_NOT_FOUND');
  expect((await call('GET', `${FRONT}/ip-addresses`)).body).toEqual([]);
});

test('R-DEL-2: so it is when the load balancer is deleted', async () => {
  const { call, getRejection } = createSandboxClient();
  expect((await call('DELETE', FRONT)).status).toBe(204);
  expect((await call('GET', getAddressPath('192.0.2.80'))).inner).not.toHaveProperty('is_delegated');
  expect(await getRejection('GET', FRONT)).toBe('404 RESOURCE_NOT_FOUND');
});

test('what cannot be delegated', async () => {
  const { getRejection } = createSandboxClient();
  const add = (body: unknown, to: string = FRONT) => getRejection('POST', `${to}/ip-addresses`, body);
  expect(await add(held('192.0.2.10'))).toBe('409 FLOATING_IP_NOT_AVAILABLE');
  expect(await add(held('192.0.2.50'))).toBe('409 FLOATING_IP_NOT_AVAILABLE');
  expect(await add(held('198.51.100.60'))).toBe('409 FLOATING_IP_NOT_AVAILABLE');
  expect(await add(held('192.0.2.80'))).toBe('409 IP_ADDRESS_DELEGATED');
  expect(await add(held('192.0.2.90'))).toBe('403 IP_ADDRESS_FORBIDDEN');
  expect(await add(held('192.0.2.254'))).toBe('404 RESOURCE_NOT_FOUND');
  expect(await add(held('nonsense'))).toBe('400 INVALID_REQUEST');
  expect(await add({ address: '192.0.2.60', network_name: 'x' })).toBe('400 INVALID_REQUEST');
  expect(await add(held('192.0.2.60'), `/1.3/load-balancer/${DEMO.shop}`)).toBe('404 RESOURCE_NOT_FOUND');
  expect(await getRejection('DELETE', `${FRONT}/ip-addresses/192.0.2.60`)).toBe('404 RESOURCE_NOT_FOUND');
});

test('the network of a delegated address is the public one where it is left out', async () => {
  const { call } = createSandboxClient();
  const added = await call('POST', `${FRONT}/ip-addresses`, { address: '192.0.2.60' });
  expect([added.status, added.body]).toEqual([201, shown('192.0.2.60')]);
});

test('load balancers are listed, made with an address and without a wrapper', async () => {
  const { call } = createSandboxClient();
  const requested = { name: 'lb-new', zone: 'fi-hel2', ip_addresses: [held('192.0.2.60')] };
  const made = await call('POST', '/1.3/load-balancer', requested);
  expect(made.status).toBe(201);
  expect(made.body).toMatchObject({
    ...requested,
    ip_addresses: [shown('192.0.2.60')],
    operational_state: 'running',
    created_at: '2026-01-01T00:00:00.000Z',
  });
  expect(made.body).not.toHaveProperty('owner');
  const list = (await call('GET', '/1.3/load-balancer')).body;
  expect(list).toMatchObject([{ name: 'lb-front' }, { name: 'lb-new' }]);
  expect((await call('POST', '/1.3/load-balancer', {})).body).toMatchObject({
    type: 'https://developers.upcloud.com/1.3/errors#ERROR_INVALID_REQUEST',
    title: 'Validation error.',
    status: 400,
    invalid_params: [{ name: 'name', reason: expect.any(String) }],
    correlation_id: expect.any(String),
  });
});
