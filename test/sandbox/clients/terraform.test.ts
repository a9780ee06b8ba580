import { expect, test } from 'vitest';
import { type Json, wrapAddress } from '../rules/call.ts';
import { createReplay, findPublicMac, type Replay, TEMPLATE } from './replay.ts';

const createInterfaceRequest = (type: string, index: number) => ({
  bootable: 'no',
  index,
  ip_addresses: { ip_address: [{ family: 'IPv4' }] },
  source_ip_filtering: 'yes',
  type,
});

/** Sends the requests of `terraform apply` for a new server. The configuration names the template by its title. */
async function createServer({ step, until }: Replay, name: string): Promise<Json> {
  await step('GET', '/plan', 200);
  await step('GET', '/zone', 200);
  await step('GET', '/storage/template', 200);
  const title = `terraform-${name}-disk`;
  const made = await step('POST', '/server', 202, {
    server: {
      hostname: name,
      labels: { label: [] },
      metadata: 'yes',
      networking: {
        interfaces: { interface: [createInterfaceRequest('public', 1), createInterfaceRequest('utility', 2)] },
      },
      plan: '1xCPU-1GB',
      remote_access_enabled: 'no',
      storage_devices: {
        storage_device: [
          { action: 'clone', address: 'virtio', encrypted: 'no', storage: TEMPLATE, title, size: 25, tier: 'maxiops' },
        ],
      },
      title: `${name} (managed by terraform)`,
      zone: 'fi-hel2',
    },
  });
  const started = await until(made.uuid, 'started');
  expect(started.storage_devices).toMatchObject({ storage_device: [{ address: 'virtio:0', storage_size: 25 }] });
  await step('GET', '/network', 200);
  return started;
}

async function destroyServer({ step, until }: Replay, server: Json): Promise<void> {
  const [disk] = (server.storage_devices as { storage_device: Json[] }).storage_device;
  await step('POST', `/server/${server.uuid}/stop`, 200, { stop_server: { stop_type: 'soft', timeout: '120' } });
  await until(server.uuid, 'stopped');
  await step('DELETE', `/server/${server.uuid}`, 204);
  await step('DELETE', `/storage/${disk?.storage}`, 204);
}

test('terraform: a floating IP is created on a server, moved, imported and destroyed', async () => {
  const client = createReplay();
  const { step } = client;
  const [first, second] = [await createServer(client, 'a.example.com'), await createServer(client, 'b.example.com')];
  const created = await step(
    'POST',
    '/ip_address',
    201,
    wrapAddress({ access: 'public', floating: 'yes', mac: findPublicMac(first) }),
  );
  const path = `/ip_address/${created.address}`;
  expect(await step('GET', path, 200)).toMatchObject({
    mac: findPublicMac(first),
    server: first.uuid,
    zone: 'fi-hel2',
  });
  await step('PATCH', path, 202, wrapAddress({ mac: findPublicMac(second), release_policy: 'keep' }));
  const imported = await step('GET', path, 200);
  expect(imported).toMatchObject({ access: 'public', family: 'IPv4', floating: 'yes', mac: findPublicMac(second) });
  await step('PATCH', path, 202, wrapAddress({ release_policy: 'release' }));
  await step('PATCH', path, 202, wrapAddress({ mac: null }));
  await step('DELETE', path, 204);
  await step('GET', path, 404);
  for (const server of [first, second]) await destroyServer(client, server);
  await step('GET', `/server/${first.uuid}`, 404);
});

test('terraform: a detached floating IP and one whose server goes first', async () => {
  const client = createReplay();
  const { step } = client;
  const detached = await step(
    'POST',
    '/ip_address',
    201,
    wrapAddress({ access: 'public', floating: 'yes', zone: 'fi-hel2' }),
  );
  await step('DELETE', `/ip_address/${detached.address}`, 204);
  const server = await createServer(client, 'c.example.com');
  const created = await step(
    'POST',
    '/ip_address',
    201,
    wrapAddress({ access: 'public', floating: 'yes', mac: findPublicMac(server) }),
  );
  await destroyServer(client, server);
  expect(await step('GET', `/ip_address/${created.address}`, 200)).not.toHaveProperty('mac');
  await step('DELETE', `/ip_address/${created.address}`, 204);
});

test('terraform: the interfaces of a stopped server are replaced', async () => {
  const client = createReplay();
  const { step, until } = client;
  const ip_network = [{ address: '10.0.0.0/24', dhcp: 'yes', dhcp_default_route: 'no', family: 'IPv4' }];
  const network = await step('POST', '/network/', 201, {
    network: { name: 'n', zone: 'fi-hel2', ip_networks: { ip_network } },
  });
  const { uuid } = await createServer(client, 'd.example.com');
  await step('POST', `/server/${uuid}/stop`, 200, { stop_server: { stop_type: 'soft', timeout: '120' } });
  await until(uuid, 'stopped');
  const interfaces = `/server/${uuid}/networking/interface`;
  await step('DELETE', `${interfaces}/1`, 204);
  await step('GET', `/network/${network.uuid}`, 200);
  const requested = {
    ...createInterfaceRequest('private', 1),
    network: network.uuid,
    ip_addresses: { ip_address: [{ family: 'IPv4', address: '10.0.0.9' }] },
  };
  expect(await step('POST', interfaces, 201, { interface: requested })).toMatchObject({
    index: 1,
    network: network.uuid,
    ip_addresses: { ip_address: [{ address: '10.0.0.9' }] },
  });
  const change = { index: 2, source_ip_filtering: 'no', bootable: 'no' };
  expect((await step('PUT', `${interfaces}/2`, 200, { interface: change })).source_ip_filtering).toBe('no');
  await step('PUT', `/server/${uuid}`, 202, {
    server: { plan: '2xCPU-4GB', metadata: 'yes', remote_access_enabled: 'no' },
  });
  expect((await step('POST', `/server/${uuid}/start`, 200)).state).toBe('started');
});
