import type { NetworkInterfaceInfo } from 'node:os';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LocalMachine } from '../../../src/app/machine.ts';
import { startTestSandbox, type TestSandbox } from '../../fixture.ts';

const IP = '192.0.2.50';

let b: TestSandbox;
beforeEach(async () => {
  b = await startTestSandbox();
});
afterEach(() => b.close());

/** Returns options that simulate a run on this server, with these addresses configured in its operating system. */
function createMachineOptions(server: string, ...addresses: readonly string[]) {
  const infos = addresses.map(
    (address): NetworkInterfaceInfo => ({
      address,
      netmask: '255.255.255.255',
      family: 'IPv4',
      mac: 'da:45:c4:5c:7a:02',
      internal: false,
      cidr: null,
    }),
  );
  const machine: Partial<LocalMachine> = { networkInterfaces: () => ({ ens3: infos }) };
  return { machine, env: { UPC_SELF: server } };
}

describe('after an address was attached or moved, a line names the command for the guest side', () => {
  test.each([
    ['ip float move 192.0.2.50 --to web-2', 'web-2', IP],
    ['ip float attach 192.0.2.60 --server web-2', 'web-2', '192.0.2.60'],
    ['ip float create --server web-2', 'web-2', '192.0.2.1'],
  ])('upc %s', async (line, server, address) => {
    const { code, out, err } = await b.cli(line);
    expect(code).toBe(0);
    const [pointer = ''] = err.split('\n').filter((text) => text.includes('ip float config'));
    expect(pointer).toMatch(new RegExp(`^Server ${server} .*: upc ip float config ${address.replaceAll('.', '\\.')}`));
    expect(out).not.toContain('float config');
  });

  test('that command works as it is', async () => {
    const { err } = await b.cli('ip float move 192.0.2.50 --to web-2');
    const [, line = ''] = /upc (ip float config \S+)/.exec(err) ?? [];
    expect(await b.cli(line)).toMatchObject({ code: 0, out: expect.stringContaining(`${IP}/32`) });
  });

  test.each([
    ['for programs', 'ip float move 192.0.2.50 --to web-2 --json', {}],
    ['with -q', 'ip float move 192.0.2.50 --to web-2 -q', {}],
    ['after a dry run', 'ip float move 192.0.2.50 --to web-2 --dry-run', {}],
    ['where nothing was changed', 'ip float move 192.0.2.50 --to web-1', {}],
    [
      'on that server, which carries the address',
      'ip float move 192.0.2.50 --to web-2',
      createMachineOptions('web-2', IP),
    ],
  ])('not %s', async (_when, line, options) => {
    const { code, err } = await b.cli(line, options);
    expect({ code, hasPointer: err.includes('float config') }).toEqual({ code: 0, hasPointer: false });
  });

  test('on that server, which lacks the address', async () => {
    expect((await b.cli('ip float move 192.0.2.50 --to web-2', createMachineOptions('web-2'))).err).toContain(
      'float config',
    );
  });

  test('after move --all: one line for all of them', async () => {
    await b.cli('ip float attach 192.0.2.60 --server web-1');
    const { code, err } = await b.cli('ip float move --all --from web-1 --to web-2');
    expect({ code, pointers: err.match(/upc ip float config \S+/g) }).toEqual({
      code: 0,
      pointers: ['upc ip float config <address>'],
    });
  });

  test('on another server that carries the address, too: each node of a cluster may have it', async () => {
    const { err } = await b.cli('ip float move 192.0.2.50 --to web-2', createMachineOptions('web-1', IP));
    expect(err).toContain('float config');
  });
});

describe('ip show on the server that the address is on', () => {
  const shown = async (address: string, options: Parameters<TestSandbox['cli']>[1]) =>
    JSON.parse((await b.cli(`ip show ${address} --json`, options)).out).on_this_machine;

  test.each([
    ['this machine carries it', IP, createMachineOptions('web-1', IP), true],
    ['this machine lacks it', IP, createMachineOptions('web-1', '192.0.2.10'), false],
    [
      'IPv6 is compared by value',
      '2001:db8:1:1:d845:c4ff:fe5c:2beb',
      createMachineOptions('web-1', '2001:db8:1:1:d845:c4ff:fe5c:2beb'),
      true,
    ],
    ['another server', IP, createMachineOptions('web-2', IP), null],
    ['a machine that does not know which server it is', IP, { machine: createMachineOptions('', IP).machine }, null],
    ['a detached address', '192.0.2.60', createMachineOptions('web-1', '192.0.2.60'), null],
  ])('%s', async (_name, address, options, expected) => {
    expect(await shown(address, options)).toBe(expected);
  });

  test('UPC_SELF with a title that two servers have names neither of them', async () => {
    await b.edit((state) => ({ ...state, servers: state.servers.map((one) => ({ ...one, title: 'web-1' })) }));
    const { out } = await b.cli('ip show 192.0.2.50 --json', { env: { UPC_SELF: 'web-1' } });
    expect(JSON.parse(out).on_this_machine).toBeNull();
  });

  test('a person gets a line, with the command that fixes it', async () => {
    expect((await b.cli(`ip show ${IP}`, createMachineOptions('web-1', IP))).out).toMatch(/^On this machine +yes$/m);
    expect((await b.cli(`ip show ${IP}`, createMachineOptions('web-1'))).out).toMatch(
      /^On this machine +no, .*: upc ip float config 192\.0\.2\.50$/m,
    );
    expect((await b.cli(`ip show ${IP}`, createMachineOptions('web-2', IP))).out).not.toContain('On this machine');
  });
});

describe('ip float guard, at its start', () => {
  const guard = `ip float guard ${IP} --primary web-1 --standby web-2 --check true --once`;

  test.each(['web-1', 'web-2'])('warns on %s where the address is not configured, with the command', async (server) => {
    const { code, err } = await b.cli(guard, createMachineOptions(server));
    expect(code).toBe(0);
    expect(err).toMatch(
      new RegExp(`^Warning: This machine, ${server}, .*Fix: upc ip float config ${IP} --server self$`, 'm'),
    );
    const [, line = ''] = /upc (ip float config .*)/.exec(err) ?? [];
    const mac = server === 'web-1' ? 'da:45:c4:5c:65:6c' : 'da:45:c4:5c:7a:02';
    expect(JSON.parse((await b.cli(`${line} --json`, createMachineOptions(server))).out)).toMatchObject({
      address: IP,
      mac,
    });
  });

  test.each([
    ['where it carries the address', createMachineOptions('web-2', IP)],
    ['on a third machine', createMachineOptions('db-1')],
    ['where the machine does not know which server it is', {}],
  ])('says nothing %s', async (_name, options) => {
    expect(await b.cli(guard, options)).toMatchObject({ code: 0, err: '' });
  });
});

describe('ip float config --server', () => {
  test('is for that server, also where the address is on another one, or on none', async () => {
    for (const address of [IP, '192.0.2.60']) {
      const { code, out } = await b.cli(`ip float config ${address} --server web-2 --for netplan --json`);
      expect({ code, mac: JSON.parse(out).mac }).toEqual({ code: 0, mac: 'da:45:c4:5c:7a:02' });
    }
  });

  test('of several interfaces it is for the one that is named', async () => {
    expect((await b.cli(`ip float config ${IP} --server db-1 --json`)).code).toBe(2);
    expect(await b.cli(`ip float config ${IP} --server db-1 --interface 3 --json`)).toMatchObject({ code: 0 });
  });
});
