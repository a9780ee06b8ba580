import { expect, test } from 'vitest';
import { API_ROUTES } from '../../src/sandbox/rules/route-table.ts';
import { createSandboxClient, DEMO, type Json, wrapAddress } from './rules/call.ts';
import { findMismatches, RESPONSE_SHAPES } from './shapes.ts';

const label = [{ key: 'env', value: 'test' }];
const disk = { action: 'clone', storage: '01000000-0000-4000-8000-000020070100', size: 10, labels: label };
const createInterfaceBody = (type: string, family: string, more: object = {}) => ({
  type,
  ip_addresses: { ip_address: [{ family }] },
  ...more,
});
const backend = { name: 'b', members: [] };
const frontend = { name: 'f', mode: 'http', port: 80, default_backend: 'b', networks: [{ name: 'public-IPv4' }] };
const resolver = { name: 'r', nameservers: ['192.0.2.53'] };

/**
 * Calls every endpoint once. The first requests create objects, because an empty list would not show the members that
 * it may have.
 */
async function callEveryRoute(check: (route: string, path: string, body?: unknown) => Promise<Json>): Promise<void> {
  const { call } = client;
  const createAndGetUuid = async (path: string, body: object) =>
    String((await call('POST', `/1.3${path}`, body)).inner.uuid);
  const network = await createAndGetUuid('/network', {
    network: {
      name: 'n',
      zone: 'fi-hel2',
      router: DEMO.web1,
      ip_networks: { ip_network: [{ address: '10.9.0.0/24' }] },
    },
  });
  const interfaces = {
    interface: [
      createInterfaceBody('public', 'IPv4'),
      createInterfaceBody('public', 'IPv6'),
      createInterfaceBody('private', 'IPv4', { network }),
    ],
  };
  const made = await check('POST /server', '/server', {
    server: {
      zone: 'fi-hel2',
      title: 'a',
      hostname: 'a.example.com',
      firewall: 'on',
      labels: { label },
      networking: { interfaces },
      storage_devices: { storage_device: [disk] },
    },
  });
  const server = `/server/${made.uuid}`;
  await check('GET /server', '/server/?label=env');
  await check('GET /server/:uuid', server);
  await check('PUT /server/:uuid', server, { server: { title: 'b' } });
  await check('GET /server/:uuid/firewall_rule', `${server}/firewall_rule`);
  await check('GET /server/:uuid/networking', `${server}/networking`);
  await check('GET /network', '/network');
  await check('GET /network/:uuid', `/network/${network}`);
  await check('GET /ip_address', '/ip_address');
  const assigned = await check('POST /ip_address', '/ip_address', wrapAddress({ server: made.uuid, family: 'IPv6' }));
  const address = `/ip_address/${assigned.address}`;
  await check('PATCH /ip_address/:address', address, wrapAddress({ ptr_record: 'a.example.com' }));
  await check('DELETE /ip_address/:address', address);
  await check('POST /server/:uuid/restart', `${server}/restart`, { restart_server: { stop_type: 'soft' } });
  await check('POST /server/:uuid/stop', `${server}/stop`, { stop_server: { stop_type: 'soft', timeout: '60' } });
  const requested = { interface: createInterfaceBody('private', 'IPv4', { network }) };
  const { index } = await check('POST /server/:uuid/networking/interface', `${server}/networking/interface`, requested);
  const port = '/server/:uuid/networking/interface/:index';
  await check(`PUT ${port}`, `${server}/networking/interface/${index}`, { interface: { index: 9 } });
  await check(`DELETE ${port}`, `${server}/networking/interface/9`);
  await check('POST /server/:uuid/start', `${server}/start`, { server: { avoid_host: 1 } });
  await call('POST', `/1.3${server}/stop`);
  await check('DELETE /server/:uuid', `${server}/?storages=1`);
  for (const path of ['/zone', '/plan', '/price']) await check(`GET ${path}`, path);
  await check('GET /account/details/:username', '/account/details/sandbox');
  const backup_rule = { interval: 'daily', retention: '30', time: '0430' };
  const storage = { backup_rule, labels: label, size: '10', tier: 'maxiops', title: 't', zone: 'fi-hel2' };
  await check('POST /storage', '/storage', { storage });
  const parts = { backends: [backend], frontends: [frontend], resolvers: [resolver] };
  const balancer = { name: 'l', zone: 'fi-hel2', plan: 'development', network_uuid: network, ...parts };
  const { uuid } = await check('POST /load-balancer', '/load-balancer', balancer);
  await check('GET /load-balancer/:uuid', `/load-balancer/${uuid}`);
  await check('DELETE /load-balancer/:uuid', `/load-balancer/${uuid}`);
}

const client = createSandboxClient();

test('every response has the keys and types of the service', async () => {
  const seen = new Set<string>();
  await callEveryRoute(async (route, path, body) => {
    seen.add(route);
    const { status, inner, body: given, headers } = await client.call(route.split(' ')[0] ?? '', `/1.3${path}`, body);
    const { status: expected, body: shape } = RESPONSE_SHAPES[route] ?? { status: 0 };
    expect([route, status]).toEqual([route, expected]);
    if (shape) expect([route, findMismatches(shape, given)]).toEqual([route, []]);
    expect(headers.has('content-type')).toBe(shape !== undefined);
    return inner;
  });
  expect([...seen].sort()).toEqual(Object.keys(RESPONSE_SHAPES).sort());
});

test('every shape is one of an endpoint that the sandbox has', () => {
  const routes = Object.entries(API_ROUTES).flatMap(([path, rules]) =>
    Object.keys(rules).map((method) => `${method} ${path}`),
  );
  expect(routes).toEqual(expect.arrayContaining(Object.keys(RESPONSE_SHAPES)));
});

test('a comparison notices what is missing, of another type or no list', () => {
  const shape = { a: 'str', b: ['int'], 'c?': { d: 'null' } } as const;
  expect(findMismatches(shape, { a: 'x', b: [1], e: 0 })).toEqual([]);
  expect(findMismatches(shape, { b: [1, '2'], c: { d: 0 } })).toEqual([
    '.a is missing',
    '.b[1]: "2" is not int',
    '.c.d: 0 is not null',
  ]);
  expect(findMismatches(shape, { a: 1, b: {}, c: [] })).toEqual([
    '.a: 1 is not str',
    '.b is not a list',
    '.c is not an object',
  ]);
});
