import { expect, test } from 'vitest';
import { DEMO, type Json, wrapAddress } from '../rules/call.ts';
import { createReplay, findPublicMac, listInterfaces, TEMPLATE } from './replay.ts';

test('the Python SDK: a server is created, populated, saved and destroyed', async () => {
  const { step, until } = createReplay();
  const made = await step('POST', '/server', 202, {
    server: {
      core_number: 1,
      memory_amount: 1024,
      hostname: 'my.example.com',
      zone: 'uk-lon1',
      title: 'My Server',
      metadata: 'yes',
      password_delivery: 'none',
      storage_devices: {
        storage_device: [
          { action: 'clone', storage: TEMPLATE, tier: 'maxiops', title: 'OS disk', size: 10, encrypted: 'no' },
          { action: 'create', tier: 'maxiops', title: 'storage disk 1', size: 10, encrypted: 'no' },
        ],
      },
    },
  });
  const disks = [
    { storage_title: 'OS disk', boot_disk: '1' },
    { storage_title: 'storage disk 1', boot_disk: '0' },
  ];
  expect(made).toMatchObject({ core_number: '1', storage_devices: { storage_device: disks }, tags: { tag: [] } });
  const { uuid, labels, firewall } = await until(made.uuid, 'started');
  const saved = { core_number: '1', memory_amount: '1024', plan: 'custom', title: 'renamed', labels, firewall };
  await step('PUT', `/server/${uuid}`, 202, { server: { ...saved, hostname: 'my.example.com', simple_backup: 'no' } });
  const restart = { restart_server: { stop_type: 'soft', timeout: '30', timeout_action: 'destroy' } };
  await step('POST', `/server/${uuid}/restart`, 200, restart);
  const stopped = await step('POST', `/server/${uuid}/stop`, 200, {
    stop_server: { stop_type: 'soft', timeout: '30' },
  });
  expect(stopped.state).toBe('started');
  await step('DELETE', `/server/${uuid}?storages=0&backups=keep`, 409);
  const { storage_devices } = await until(uuid, 'stopped');
  await step('DELETE', `/server/${uuid}?storages=0&backups=keep`, 204);
  for (const { storage } of (storage_devices as { storage_device: Json[] }).storage_device) {
    await step('DELETE', `/storage/${storage}?backups=keep`, 204);
  }
});

test('the Python SDK: the life of an address', async () => {
  const { step } = createReplay();
  for (const family of ['IPv4', 'IPv6']) {
    const { address } = await step('POST', '/ip_address', 201, wrapAddress({ server: DEMO.web1, family }));
    expect(
      await step('PUT', `/ip_address/${address}`, 202, wrapAddress({ ptr_record: 'a.example.com' })),
    ).toMatchObject({
      ptr_record: 'a.example.com',
      server: DEMO.web1,
    });
    await step('DELETE', `/ip_address/${address}`, 204);
  }
  const mac = findPublicMac(await step('GET', `/server/${DEMO.web2}`, 200));
  for (const more of [{}, { mac }]) {
    const made = await step(
      'POST',
      '/ip_address',
      201,
      wrapAddress({ family: 'IPv4', floating: 'yes', zone: 'fi-hel2', ...more }),
    );
    await step('GET', '/ip_address', 200);
    await step('DELETE', `/ip_address/${made.address}`, 204);
  }
});

test('the Python SDK: an SDN network and the interfaces on it', async () => {
  const { step } = createReplay();
  const ip_network = { address: '10.0.0.0/24', dhcp: 'yes', family: 'IPv4' };
  const body = { network: { name: 'net', zone: 'fi-hel2', ip_networks: { ip_network } } };
  const network = await step('POST', '/network', 201, body);
  expect(network).toMatchObject({ type: 'private', ip_networks: { ip_network: [{ gateway: '10.0.0.1' }] } });
  await step('GET', '/network/?zone=fi-hel2', 200);
  const interfaces = `/server/${DEMO.db1}/networking/interface`;
  const requested = { network: network.uuid, type: 'private', ip_addresses: { ip_address: [{ family: 'IPv4' }] } };
  const made = await step('POST', interfaces, 201, { interface: requested });
  const moved = { interface: { index: 9, ip_addresses: { ip_address: null } } };
  expect(await step('PUT', `${interfaces}/${made.index}`, 200, moved)).toMatchObject({ index: 9, mac: made.mac });
  const server = await step('GET', `/server/${DEMO.db1}`, 200);
  expect(listInterfaces(server)).toHaveLength(4);
  expect(server.ip_addresses).toMatchObject({
    ip_address: expect.arrayContaining([expect.objectContaining({ access: 'private' })]),
  });
  await step('DELETE', `/network/${network.uuid}`, 409);
  await step('DELETE', `${interfaces}/9`, 204);
  await step('PUT', `/network/${network.uuid}`, 200, {
    network: { name: 'new', ip_networks: { ip_network: { family: 'IPv4', dhcp: 'no' } } },
  });
  await step('DELETE', `/network/${network.uuid}`, 204);
});
