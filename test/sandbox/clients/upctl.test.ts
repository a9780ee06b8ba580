import { expect, test } from 'vitest';
import { DEMO, type Json, wrapAddress } from '../rules/call.ts';
import { createReplay, findPublicMac, TEMPLATE } from './replay.ts';

test('upctl: account show, zone list, server list and show', async () => {
  const { step } = createReplay();
  const { username } = await step('GET', '/account', 200);
  expect(await step('GET', `/account/details/${username}`, 200)).toMatchObject({ currency: 'EUR', type: 'main' });
  await step('GET', '/account/details/nobody', 404);
  await step('GET', '/zone', 200);
  await step('GET', '/server', 200);
  await step('GET', `/server/${DEMO.web1}/networking`, 200);
  await step('GET', `/server/${DEMO.web1}`, 200);
  expect(await step('GET', `/server/${DEMO.web1}/firewall_rule`, 200)).toEqual({ firewall_rule: [] });
});

test('upctl: server create, modify, restart, stop and delete', async () => {
  const { step, until } = createReplay();
  await step('GET', '/plan', 200);
  const { storage } = await step('GET', '/storage/template', 200);
  expect((storage as Json[]).map(({ uuid }) => uuid)).toContain(TEMPLATE);
  await step('GET', `/storage/${TEMPLATE}`, 200);
  const interfaces = ['public', 'utility'].map((type) => ({
    type,
    ip_addresses: { ip_address: [{ family: 'IPv4' }] },
  }));
  const made = await step('POST', '/server', 202, {
    server: {
      core_number: 1,
      memory_amount: 1024,
      plan: 'custom',
      hostname: 'cli.example.com',
      title: 'cli',
      zone: 'nl-ams1',
      metadata: 'yes',
      remote_access_enabled: 'no',
      timezone: 'UTC',
      video_model: 'vga',
      login_user: { create_password: 'no', ssh_keys: { ssh_key: ['ssh-ed25519 AAAA'] } },
      networking: { interfaces: { interface: interfaces } },
      storage_devices: {
        storage_device: [
          { action: 'clone', storage: TEMPLATE, title: 'cli-OS', size: 10, tier: 'maxiops', type: 'disk' },
        ],
      },
    },
  });
  expect(made).toMatchObject({ state: 'maintenance', core_number: '1', memory_amount: '1024', plan: 'custom' });
  await until(made.uuid, 'started');
  await step('PUT', `/server/${made.uuid}`, 202, {
    server: { title: 'new', metadata: 'yes', remote_access_enabled: 'no' },
  });
  const restart = { restart_server: { stop_type: 'soft', timeout: '120', timeout_action: 'ignore' } };
  expect((await step('POST', `/server/${made.uuid}/restart`, 200, restart)).state).toBe('started');
  await until(made.uuid, 'maintenance');
  await until(made.uuid, 'started');
  await step('POST', `/server/${made.uuid}/stop`, 200, { stop_server: { stop_type: 'soft', timeout: '120' } });
  await until(made.uuid, 'stopped');
  await step('DELETE', `/server/${made.uuid}/?storages=1&backups=keep`, 204);
});

test('upctl: the life of an address: assign, list, show, modify, remove', async () => {
  const { step } = createReplay();
  await step('GET', '/server', 200);
  const assigned = await step(
    'POST',
    '/ip_address',
    201,
    wrapAddress({ access: 'public', family: 'IPv6', server: DEMO.web1, floating: 'no' }),
  );
  await step('GET', '/ip_address', 200);
  await step(
    'PATCH',
    `/ip_address/${assigned.address}`,
    202,
    wrapAddress({ ptr_record: 'myapp.example.com', mac: null }),
  );
  expect(await step('GET', `/ip_address/${assigned.address}`, 200)).toMatchObject({ ptr_record: 'myapp.example.com' });
  await step('DELETE', `/ip_address/${assigned.address}`, 204);

  const floating = { access: 'public', family: 'IPv4', floating: 'yes', zone: 'fi-hel2', server: DEMO.web1 };
  const made = await step('POST', '/ip_address', 201, wrapAddress(floating));
  expect(made).not.toHaveProperty('server');
  const path = `/ip_address/${made.address}`;
  const mac = findPublicMac(await step('GET', `/server/${DEMO.web2}`, 200));
  expect(await step('PATCH', path, 202, wrapAddress({ mac }))).toMatchObject({ server: DEMO.web2 });
  expect(await step('PATCH', path, 202, wrapAddress({ mac: null }))).not.toHaveProperty('server');
  await step('DELETE', path, 204);
  await step('GET', path, 404);
});

test('upctl: network list, show and create, storage clone and create', async () => {
  const { step } = createReplay();
  await step('GET', '/network', 200);
  const ip_networks = {
    ip_network: [{ address: '10.0.1.0/24', dhcp: 'yes', dhcp_default_route: 'no', family: 'IPv4' }],
  };
  const { uuid } = await step('POST', '/network/', 201, { network: { name: 'cli', zone: 'fi-hel2', ip_networks } });
  await step('GET', `/network/${uuid}`, 200);
  await step('DELETE', `/network/${uuid}`, 204);
  const disk = { size: '10', tier: 'maxiops', title: 'cli', zone: 'fi-hel2' };
  const made = await step('POST', '/storage', 201, { storage: disk });
  const copy = { title: 'copy', zone: 'fi-hel2', tier: 'maxiops' };
  const cloned = await step('POST', `/storage/${made.uuid}/clone`, 201, { storage: copy });
  await step('GET', '/storage', 200);
  for (const it of [made, cloned]) await step('DELETE', `/storage/${it.uuid}`, 204);
});
