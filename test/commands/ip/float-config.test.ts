import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import type { NetworkInterfaceInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { guestSystems } from '../../../src/domain/guest-config.ts';
import { createTemporaryFolder } from '../../files/processes.ts';
import { startTestSandbox, type TestSandbox } from '../../fixture.ts';

const IP = '192.0.2.50';
const MAC = 'da:45:c4:5c:65:6c';

let b: TestSandbox;
beforeAll(async () => {
  b = await startTestSandbox();
});
afterAll(() => b.close());

const json = async (line: string, options: Parameters<TestSandbox['cli']>[1] = {}) =>
  JSON.parse((await b.cli(`${line} --json`, options)).out);

/**
 * Returns options that simulate a run on web-1. One of its interfaces has the MAC of the floating IP, and empty files
 * exist at these paths.
 */
function createWebOneOptions(files: readonly string[], address = '192.0.2.10') {
  const rootFolder = createTemporaryFolder();
  for (const path of files) {
    mkdirSync(dirname(join(rootFolder, path)), { recursive: true });
    writeFileSync(join(rootFolder, path), '');
  }
  const info: NetworkInterfaceInfo = {
    address,
    netmask: '255.255.255.0',
    family: 'IPv4',
    mac: MAC.toUpperCase(),
    internal: false,
    cidr: null,
  };
  return { machine: { rootFolder, networkInterfaces: () => ({ ens3: [info] }) }, env: { UPC_SELF: 'web-1' } };
}

describe('upc ip float config', () => {
  test('an interface alone is one of the server that has the address, and is never ignored', async () => {
    expect((await json(`ip float config ${IP} --interface 2`)).mac).toBe(MAC);
    const wrong = await b.cli(`ip float config ${IP} --interface 9`);
    expect({ code: wrong.code, out: wrong.out }).toEqual({ code: 2, out: '' });
    const create = await b.cli('ip float create --zone fi-hel2 --interface 2');
    expect(create).toMatchObject({ code: 2, changes: [] });
    expect(create.err).toContain('--interface works only with --server.');
  });

  test.each(['', ' --server web-1'])('a delegated address is on no server (exit 8)%s', async (more) => {
    const { code, out, err } = await b.cli(`ip float config 192.0.2.80${more}`);
    expect({ code, out }).toEqual({ code: 8, out: '' });
    expect(err).toContain('upc ip float undelegate 192.0.2.80');
  });

  test.each(guestSystems)('--for %s: a /32 on the interface with the MAC address', async (system) => {
    const config = await json(`ip float config ${IP} --for ${system}`);
    expect(config).toMatchObject({ address: IP, mac: MAC, device: null, for: system });
    const text = [...config.files.map(({ content }: { content: string }) => content), ...config.commands].join('\n');
    expect(text).toContain(`${IP}/32`);
    expect(config.commands.length).toBeGreaterThan(0);
    // A configuration without the MAC uses a guessed interface name. So a note must contain the MAC, which identifies
    // the interface.
    if (!text.includes(MAC)) expect(config.notes.join()).toContain(MAC);
  });

  test('netplan: the file is YAML that adds the address to the interface', async () => {
    const { files } = await json(`ip float config ${IP} --for netplan`);
    expect(parse(files[0].content)).toEqual({
      network: { version: 2, ethernets: { eth0: { match: { macaddress: MAC }, addresses: [`${IP}/32`] } } },
    });
    expect(files[0]).toMatchObject({ path: '/etc/netplan/60-upc-192-0-2-50.yaml', mode: '0600' });
  });

  test.each(guestSystems)('--for %s: the commands are shell that parses', async (system) => {
    const { commands } = await json(`ip float config ${IP} --for ${system}`);
    expect(spawnSync('sh', ['-n', '-c', commands.join('\n')], { encoding: 'utf8' })).toMatchObject({
      status: 0,
      stderr: '',
    });
  });

  test.each([
    ['netplan', ['etc/netplan/50-cloud-init.yaml', 'run/systemd/netif/links']],
    ['networkmanager', ['run/NetworkManager/devices']],
    ['networkd', ['run/systemd/netif/links', 'etc/network/interfaces']],
    ['ifupdown', ['etc/network/interfaces']],
    ['ip', []],
  ])('on the server itself it is for what the machine uses: %s', async (system, files) => {
    expect(await json(`ip float config ${IP}`, createWebOneOptions(files))).toMatchObject({
      for: system,
      device: 'ens3',
    });
  });

  test('on another machine nothing is guessed from this one', async () => {
    const { machine } = createWebOneOptions(['etc/netplan/50-cloud-init.yaml']);
    const elsewhere = { machine, env: { UPC_SELF: 'web-2' } };
    expect(await json(`ip float config ${IP}`, elsewhere)).toMatchObject({ for: 'ip', device: null });
  });

  test('prints files and commands; -q prints the commands alone', async () => {
    const { out } = await b.cli(`ip float config ${IP} --for netplan`);
    expect(out).toMatch(/^# \/etc\/netplan\/60-upc-192-0-2-50\.yaml \(mode 0600\):\nnetwork:\n/);
    expect(out.endsWith('# Then, as root:\nnetplan apply\n')).toBe(true);
    expect((await b.cli(`ip float config ${IP} --for netplan -q`)).out).toBe('netplan apply\n');
  });

  test.each([
    ['192.0.2.60', 8, 'ADDRESS_DETACHED'],
    ['192.0.2.10', 2, 'FLOATING_IP_NOT_AVAILABLE'],
    ['192.0.2.250', 5, 'IP_ADDRESS_NOT_FOUND'],
  ])('%s: exit %i', async (address, code, error) => {
    const result = await b.cli(`ip float config ${address} --json`);
    expect({ code: result.code, error: JSON.parse(result.err).error.code }).toEqual({ code, error });
  });
});
