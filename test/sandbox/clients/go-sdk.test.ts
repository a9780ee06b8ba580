import { expect, test } from 'vitest';
import { DEMO, wrapAddress } from '../rules/call.ts';
import { createReplay, findPublicMac, TEMPLATE } from './replay.ts';

const createAddressRequests = (...all: string[]) => ({ ip_address: all.map((family) => ({ family })) });

test('the Go SDK: a server on public, utility and SDN networks', async () => {
  const { step, until } = createReplay();
  const ip_network = [
    {
      address: '172.16.0.0/22',
      dhcp: 'yes',
      dhcp_default_route: 'no',
      dhcp_dns: ['172.16.0.10'],
      family: 'IPv4',
      gateway: '172.16.0.1',
    },
  ];
  const network = await step('POST', '/network/', 201, {
    network: { name: 'n', zone: 'fi-hel2', ip_networks: { ip_network } },
  });
  const interfaces = [
    { ip_addresses: createAddressRequests('IPv4'), type: 'utility' },
    { ip_addresses: createAddressRequests('IPv4'), type: 'public' },
    { ip_addresses: createAddressRequests('IPv6'), type: 'public' },
    { ip_addresses: createAddressRequests('IPv4'), type: 'private', network: network.uuid },
  ];
  const made = await step('POST', '/server', 202, {
    server: {
      hostname: 'go.example.com',
      labels: { label: [{ key: 'managedBy', value: 'go' }] },
      metadata: 'no',
      networking: { interfaces: { interface: interfaces } },
      password_delivery: 'none',
      storage_devices: {
        storage_device: [{ action: 'clone', storage: TEMPLATE, title: 'disk1', size: 10, tier: 'maxiops' }],
      },
      title: 'go',
      remote_access_enabled: 'no',
      zone: 'fi-hel2',
    },
  });
  const kinds = ['utility IPv4', 'public IPv6', 'public IPv4', 'private IPv4'];
  const listed = (made.ip_addresses as { ip_address: { access: string; family: string }[] }).ip_address;
  expect(listed.map(({ access, family }) => `${access} ${family}`)).toEqual(kinds);
  await until(made.uuid, 'started');
  expect((await step('GET', '/server/?label=managedBy%3Dgo', 200)).server).toHaveLength(1);
  const server = `/server/${made.uuid}`;
  await step('POST', `${server}/networking/interface`, 409, { interface: interfaces[3] });
  await step('POST', `${server}/stop`, 200, { stop_server: { stop_type: 'hard', timeout: '60' } });
  await until(made.uuid, 'stopped');
  const requested = { type: 'private', network: network.uuid, ip_addresses: createAddressRequests('IPv4') };
  const { index } = await step('POST', `${server}/networking/interface`, 201, { interface: requested });
  await step('PUT', `${server}/networking/interface/${index}`, 200, { interface: { index: Number(index) + 1 } });
  const added = `${server}/networking/interface/${Number(index) + 1}/ip-address`;
  const extra = await step('POST', `${added}?`, 201, wrapAddress({ family: 'IPv4' }));
  expect(extra).toMatchObject({ access: 'private', server: made.uuid });
  await step('DELETE', `/ip_address/${extra.address}`, 409);
  await step('DELETE', `${added}/${extra.address}`, 204);
  await step('DELETE', `${server}/networking/interface/${Number(index) + 1}`, 204);
  await step('POST', `${server}/start`, 200, { server: {} });
  await step('POST', `${server}/stop`, 200, { stop_server: { stop_type: 'hard', timeout: '60' } });
  await until(made.uuid, 'stopped');
  await step('DELETE', `${server}/?storages=1`, 204);
  await step('DELETE', `/network/${network.uuid}`, 204);
});

test('the Go SDK: the life of an address', async () => {
  const { step } = createReplay();
  const regular = await step(
    'POST',
    '/ip_address',
    201,
    wrapAddress({ access: 'public', family: 'IPv6', server: DEMO.web1 }),
  );
  await step('PATCH', `/ip_address/${regular.address}`, 202, wrapAddress({ ptr_record: 'such.pointer.example.com' }));
  await step('DELETE', `/ip_address/${regular.address}`, 204);
  const mac = findPublicMac(await step('GET', `/server/${DEMO.web1}`, 200));
  const floating = await step('POST', '/ip_address', 201, wrapAddress({ family: 'IPv4', floating: 'yes', mac }));
  const path = `/ip_address/${floating.address}`;
  await step('PATCH', path, 202, wrapAddress({ mac: DEMO.web2Mac }));
  await step('PATCH', path, 202, wrapAddress({ ptr_record: 'x.example.com', release_policy: 'release' }));
  await step('PATCH', path, 202, wrapAddress({ mac: null }));
  await step('DELETE', path, 204);
});

test('the Go SDK: a floating IP of a load balancer, and the errors there', async () => {
  const { step } = createReplay();
  const { address } = await step('POST', '/ip_address', 201, wrapAddress({ floating: 'yes', zone: 'fi-hel2' }));
  const made = await step('POST', '/load-balancer', 201, {
    name: 'go',
    plan: 'development',
    zone: 'fi-hel2',
    configured_status: 'started',
    frontends: [{ name: 'f', mode: 'http', port: 80, default_backend: 'b' }],
    backends: [{ name: 'b', members: [] }],
    resolvers: [],
  });
  const held = `/load-balancer/${made.uuid}/ip-addresses`;
  const error = { type: 'https://developers.upcloud.com/1.3/errors#ERROR_INVALID_REQUEST', title: 'Validation error.' };
  expect(await step('POST', held, 400, { address, network_name: 'nowhere' })).toMatchObject({
    ...error,
    invalid_params: [{ name: 'network_name' }],
    correlation_id: expect.any(String),
  });
  const attached = await step('POST', held, 201, { address, network_name: '' });
  expect(attached).toMatchObject({ address, network_name: 'public-IPv4', created_at: expect.any(String) });
  await step('GET', held, 200);
  await step('DELETE', `${held}/${address}`, 204);
  await step('DELETE', `/load-balancer/${made.uuid}`, 204);
  expect(await step('GET', `/load-balancer/${made.uuid}`, 404)).toMatchObject({
    title: 'Service not found.',
    status: 404,
  });
});
