import { expect, test } from 'vitest';
import { DEMO, sandbox } from './call.ts';

const SERVER = '/1.3/server';

test('the list has no networking, and nothing of other accounts', async () => {
  const { body } = await sandbox().call('GET', SERVER);
  const { server } = (body as { servers: { server: object[] } }).servers;
  expect(server).toHaveLength(5);
  expect(server[0]).toEqual({
    uuid: DEMO.web1,
    title: 'web-1',
    hostname: 'web-1.example.com',
    zone: 'fi-hel2',
    state: 'started',
    plan: '2xCPU-4GB',
    core_number: '2',
    memory_amount: '4096',
  });
});

test('a server is started, stopped and deleted only from the state for it', async () => {
  const { call, refusal } = sandbox();
  const illegal = '409 SERVER_STATE_ILLEGAL';
  expect(await refusal('POST', `${SERVER}/${DEMO.web1}/start`)).toBe(illegal);
  expect(await refusal('DELETE', `${SERVER}/${DEMO.web1}`)).toBe(illegal);
  const stop = { stop_server: { stop_type: 'soft', timeout: '60' } };
  const stopped = await call('POST', `${SERVER}/${DEMO.web1}/stop`, stop);
  expect([stopped.status, stopped.inner.state]).toEqual([200, 'stopped']);
  expect(await refusal('POST', `${SERVER}/${DEMO.web1}/stop`)).toBe(illegal);
  expect((await call('POST', `${SERVER}/${DEMO.web1}/start`)).inner.state).toBe('started');
  expect(await refusal('DELETE', `${SERVER}/${DEMO.mail1}`)).toBe(illegal);
});

test('a new server gets a UUID that begins with 00 and one interface of each kind', async () => {
  const { call } = sandbox();
  const { status, inner, body } = await call('POST', SERVER, {
    server: { zone: 'de-fra1', title: 'new', hostname: 'new.example.com', storage_devices: {} },
  });
  expect(status).toBe(202);
  expect(inner.uuid).toMatch(/^00/);
  const kinds = ['public', 'utility', 'public'].map((type, at) => ({ index: at + 1, type }));
  expect(body).toMatchObject({ server: { state: 'started', networking: { interfaces: { interface: kinds } } } });
});

test('a new server is held to the rules of addresses', async () => {
  const { call, refusal } = sandbox();
  const wish = (families: string[], type = 'public', zone = 'fi-hel2') => ({
    server: {
      zone,
      title: 'new',
      hostname: 'new',
      networking: {
        interfaces: { interface: families.map((family) => ({ type, ip_addresses: { ip_address: [{ family }] } })) },
      },
    },
  });
  const before = await call('GET', '/1.3/ip_address');
  expect(await refusal('POST', SERVER, wish(Array(6).fill('IPv4')))).toBe('409 IP_ADDRESS_LIMIT_REACHED');
  expect(await refusal('POST', SERVER, wish(['IPv4', 'IPv4'], 'utility'))).toBe('409 IP_ADDRESS_LIMIT_REACHED');
  const none = await refusal('POST', SERVER, wish(['IPv4', 'IPv4'], 'public', 'es-mad1'));
  expect(none).toBe('409 IP_ADDRESS_RESOURCES_UNAVAILABLE');
  expect(await refusal('POST', SERVER, wish([]))).toBe('400 INTERFACE_MISSING');
  expect(await refusal('POST', SERVER, wish(['IPv6'], 'utility'))).toBe('400 FAMILY_INVALID');
  expect(await refusal('POST', SERVER, { server: { zone: 'fi-hel2' } })).toBe('400 HOSTNAME_MISSING');
  expect((await call('GET', '/1.3/ip_address')).text).toBe(before.text);
});

test('errors of the server', async () => {
  const { refusal } = sandbox();
  expect(await refusal('GET', `${SERVER}/${DEMO.shop1}`)).toBe('403 SERVER_FORBIDDEN');
  expect(await refusal('GET', `${SERVER}/00000000-0000-4000-8000-000000000000`)).toBe('404 SERVER_NOT_FOUND');
  expect(await refusal('GET', `${SERVER}/web-1`)).toBe('400 SERVER_INVALID');
});
