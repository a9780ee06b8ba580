import { describe, expect, test } from 'vitest';
import { ADDRESSES_PATH, createSandboxClient, DEMO, getAddressPath, type SandboxClient, wrapAddress } from './call.ts';

const SERVER = '/1.3/server';

test('the list has no networking, and nothing of other accounts', async () => {
  const { body } = await createSandboxClient().call('GET', SERVER);
  const { server } = (body as { servers: { server: object[] } }).servers;
  expect(server).toHaveLength(5);
  expect(server[0]).not.toHaveProperty('networking');
  expect(server[0]).toMatchObject({
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
  const { call, getRejection } = createSandboxClient();
  const illegal = '409 SERVER_STATE_ILLEGAL';
  expect(await getRejection('POST', `${SERVER}/${DEMO.web1}/start`)).toBe(illegal);
  expect(await getRejection('DELETE', `${SERVER}/${DEMO.web1}`)).toBe(illegal);
  const stop = { stop_server: { stop_type: 'soft', timeout: '60' } };
  const stopped = await call('POST', `${SERVER}/${DEMO.web1}/stop`, stop);
  expect([stopped.status, stopped.inner.state]).toEqual([200, 'started']);
  expect((await call('GET', `${SERVER}/${DEMO.web1}`)).inner.state).toBe('stopped');
  expect(await getRejection('POST', `${SERVER}/${DEMO.web1}/stop`)).toBe(illegal);
  expect((await call('POST', `${SERVER}/${DEMO.web1}/start`)).inner.state).toBe('started');
  expect(await getRejection('DELETE', `${SERVER}/${DEMO.mail1}`)).toBe(illegal);
});

test('a new server gets a UUID that begins with 00 and one interface of each kind', async () => {
  const { call } = createSandboxClient();
  const { status, inner, body } = await call('POST', SERVER, {
    server: { zone: 'de-fra1', title: 'new', hostname: 'new.example.com', storage_devices: {} },
  });
  expect(status).toBe(202);
  expect(inner.uuid).toMatch(/^00/);
  const kinds = ['public', 'utility', 'public'].map((type, at) => ({ index: at + 1, type }));
  expect(body).toMatchObject({ server: { state: 'maintenance', networking: { interfaces: { interface: kinds } } } });
});

describe('the life of a server follows the clock', () => {
  const requested = { server: { zone: 'de-fra1', title: 'new', hostname: 'new.example.com' } };
  const fetchServerState = async ({ call }: SandboxClient, uuid: unknown) =>
    (await call('GET', `${SERVER}/${uuid}`)).inner.state;

  test('created in maintenance, it starts', async () => {
    const client = createSandboxClient('demo', 'ucat_sandbox', 20);
    const { inner } = await client.call('POST', SERVER, requested);
    expect(inner).toMatchObject({ state: 'maintenance', progress: '0', username: 'root' });
    expect(await client.getRejection('POST', ADDRESSES_PATH, wrapAddress({ server: inner.uuid }))).toBe(
      '409 SERVER_STATE_ILLEGAL',
    );
    client.advanceSeconds(19);
    expect(await fetchServerState(client, inner.uuid)).toBe('maintenance');
    client.advanceSeconds(1);
    expect(await fetchServerState(client, inner.uuid)).toBe('started');
    expect((await client.call('POST', ADDRESSES_PATH, wrapAddress({ server: inner.uuid }))).status).toBe(201);
  });

  test('it stops some time after the response to a stop, once however often a stop is requested', async () => {
    const client = createSandboxClient('demo', 'ucat_sandbox', 20);
    const stop = async () => (await client.call('POST', `${SERVER}/${DEMO.web1}/stop`)).inner.state;
    expect(await stop()).toBe('started');
    client.advanceSeconds(15);
    expect(await stop()).toBe('started');
    expect(await client.getRejection('DELETE', `${SERVER}/${DEMO.web1}`)).toBe('409 SERVER_STATE_ILLEGAL');
    client.advanceSeconds(5);
    expect(await fetchServerState(client, DEMO.web1)).toBe('stopped');
    expect((await client.call('DELETE', `${SERVER}/${DEMO.web1}`)).status).toBe(204);
  });

  test('it restarts by way of maintenance', async () => {
    const client = createSandboxClient('demo', 'ucat_sandbox', 20);
    expect((await client.call('POST', `${SERVER}/${DEMO.web1}/restart`)).inner.state).toBe('started');
    const states = [];
    for (let step = 0; step < 3; step += 1) {
      states.push(await fetchServerState(client, DEMO.web1));
      client.advanceSeconds(20);
    }
    expect(states).toEqual(['started', 'maintenance', 'started']);
    expect(await client.getRejection('POST', `${SERVER}/${DEMO.db1}/restart`)).toBe('409 SERVER_STATE_ILLEGAL');
  });

  test('it can be stopped while it is about to restart, not the other way round', async () => {
    const client = createSandboxClient('demo', 'ucat_sandbox', 20);
    for (const order of ['restart', 'stop', 'restart']) {
      expect((await client.call('POST', `${SERVER}/${DEMO.web1}/${order}`)).status).toBe(200);
      client.advanceSeconds(1);
    }
    client.advanceSeconds(1000);
    expect(await fetchServerState(client, DEMO.web1)).toBe('stopped');
  });

  test('without a delay the next request finds the new state', async () => {
    const client = createSandboxClient();
    const { inner } = await client.call('POST', SERVER, requested);
    expect([inner.state, await fetchServerState(client, inner.uuid)]).toEqual(['maintenance', 'started']);
  });

  test('a state that was set for a rehearsal stays', async () => {
    const client = createSandboxClient('demo', 'ucat_sandbox', 20);
    await client.call('POST', `${SERVER}/${DEMO.web1}/restart`);
    await client.call('PATCH', `/sandbox/server/${DEMO.web1}`, { state: 'maintenance' }, {});
    client.advanceSeconds(1000);
    expect(await fetchServerState(client, DEMO.web1)).toBe('maintenance');
    expect(await client.getRejection('DELETE', getAddressPath('192.0.2.10'))).toBe('409 SERVER_STATE_ILLEGAL');
  });
});

test('a new server is held to the rules of addresses', async () => {
  const { call, getRejection } = createSandboxClient();
  const requested = (families: string[], type = 'public', zone = 'fi-hel2') => ({
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
  expect(await getRejection('POST', SERVER, requested(Array(6).fill('IPv4')))).toBe('409 IP_ADDRESS_LIMIT_REACHED');
  expect(await getRejection('POST', SERVER, requested(['IPv4', 'IPv4'], 'utility'))).toBe(
    '409 IP_ADDRESS_LIMIT_REACHED',
  );
  const none = await getRejection('POST', SERVER, requested(['IPv4', 'IPv4'], 'public', 'es-mad1'));
  expect(none).toBe('409 IP_ADDRESS_RESOURCES_UNAVAILABLE');
  expect(await getRejection('POST', SERVER, requested([]))).toBe('400 INTERFACE_MISSING');
  expect(await getRejection('POST', SERVER, requested(['IPv6'], 'utility'))).toBe('400 FAMILY_INVALID');
  expect(await getRejection('POST', SERVER, { server: { zone: 'fi-hel2' } })).toBe('400 HOSTNAME_MISSING');
  expect((await call('GET', '/1.3/ip_address')).text).toBe(before.text);
});

test('a list by label has the servers with all of them', async () => {
  const { call } = createSandboxClient();
  const label = [
    { key: 'env', value: 'prod' },
    { key: 'team', value: 'a=b' },
  ];
  expect((await call('PUT', `${SERVER}/${DEMO.web1}`, { server: { labels: { label } } })).status).toBe(202);
  const titles = async (query: string) => {
    const { inner } = await call('GET', `${SERVER}/?${query}`);
    return (inner.server as { title: string }[]).map(({ title }) => title);
  };
  expect(await titles('label=env%3Dprod')).toEqual(['web-1']);
  expect(await titles('label=env&label=team%3Da%3Db')).toEqual(['web-1']);
  expect(await titles('label=env%3Dtest')).toEqual([]);
  expect(await titles('label=env&label=other')).toEqual([]);
});

test('a server is resized only while it is stopped; what stays the same may be sent at any time', async () => {
  const { call, getRejection } = createSandboxClient();
  const put = (uuid: string, fields: object) => call('PUT', `${SERVER}/${uuid}`, { server: fields });
  const same = { core_number: 2, memory_amount: '4096', plan: '2xCPU-4GB', title: 'renamed', vnc: 'off' };
  expect((await put(DEMO.web1, same)).inner).toMatchObject({ title: 'renamed', core_number: '2', state: 'started' });
  const larger = { server: { plan: '4xCPU-8GB' } };
  expect(await getRejection('PUT', `${SERVER}/${DEMO.web1}`, larger)).toBe('409 SERVER_STATE_ILLEGAL');
  expect((await call('PUT', `${SERVER}/${DEMO.db1}`, larger)).inner).toMatchObject({
    core_number: '4',
    plan: '4xCPU-8GB',
  });
  expect((await put(DEMO.db1, { core_number: '3' })).inner).toMatchObject({ core_number: '3', plan: 'custom' });
  expect(await getRejection('PUT', `${SERVER}/${DEMO.db1}`, { server: { plan: '99xCPU' } })).toBe('400 PLAN_INVALID');
});

test('disks stay when their server is deleted, unless they are to go with it', async () => {
  const { call, getRejection } = createSandboxClient();
  const getDiskPath = (uuid: string) => `/1.3/storage/01${uuid.slice(2)}`;
  expect(await getRejection('DELETE', getDiskPath(DEMO.db1))).toBe('409 STORAGE_ATTACHED');
  expect((await call('DELETE', `${SERVER}/${DEMO.db1}`)).status).toBe(204);
  expect((await call('GET', getDiskPath(DEMO.db1))).inner.servers).toEqual({ server: [] });
  expect((await call('DELETE', getDiskPath(DEMO.db1))).status).toBe(204);
  await call('POST', `${SERVER}/${DEMO.web1}/stop`);
  expect((await call('DELETE', `${SERVER}/${DEMO.web1}/?storages=1`)).status).toBe(204);
  expect(await getRejection('GET', getDiskPath(DEMO.web1))).toBe('404 STORAGE_NOT_FOUND');
});

test('errors of the server', async () => {
  const { getRejection } = createSandboxClient();
  expect(await getRejection('GET', `${SERVER}/${DEMO.shop1}`)).toBe('403 SERVER_FORBIDDEN');
  expect(await getRejection('GET', `${SERVER}/00000000-0000-4000-8000-000000000000`)).toBe('404 SERVER_NOT_FOUND');
  expect(await getRejection('GET', `${SERVER}/web-1`)).toBe('400 SERVER_INVALID');
});
