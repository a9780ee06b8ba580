import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../fixture.ts';

let b: TestSandbox;
beforeAll(async () => {
  b = await startTestSandbox();
});
afterAll(() => b.close());

test('server list has what --server takes, as a table, JSON and UUIDs', async () => {
  const servers = JSON.parse((await b.cli('server list --json')).out);
  expect(servers).toHaveLength(5);
  expect(Object.keys(servers[0])).toEqual(['uuid', 'title', 'hostname', 'zone', 'state']);
  expect((await b.cli('server list')).out).toMatch(/^TITLE +HOSTNAME +ZONE +STATE +UUID\nweb-1 /);
  expect((await b.cli('server ls -q --zone de-fra1')).out).toBe('005f83d1-2c49-4a76-b1e8-d3064f9a2e57\n');
  expect(await b.cli('server list --zone nowhere')).toMatchObject({ code: 2, out: '' });
  for (const { title, uuid } of servers) {
    expect((await b.cli(['ip', 'list', '--server', title, '-q'])).out).toBe(
      (await b.cli(['ip', 'list', '--server', uuid, '-q'])).out,
    );
  }
});

test('zone list has what --zone takes', async () => {
  const zones = JSON.parse((await b.cli('zone list --json')).out);
  expect(Object.keys(zones[0])).toEqual(['id', 'description']);
  for (const { id } of zones) expect((await b.cli(`ip list --zone ${id}`)).code).toBe(0);
});

test('load-balancer list has the services and the floating IPs that each holds', async () => {
  expect(JSON.parse((await b.cli('load-balancer list --json')).out)).toEqual([
    {
      uuid: '0a1f5c3e-7d24-4b8a-9c61-2f0e8d4b7a11',
      name: 'lb-front',
      zone: 'fi-hel2',
      ip_addresses: ['192.0.2.80'],
    },
  ]);
});

test.each(['server list', 'zone list', 'load-balancer list'])(
  'upc %s of an empty account is an empty list',
  async (line) => {
    const empty = await startTestSandbox('empty');
    const { code, out } = await empty.cli(`${line} --json`);
    expect({ code, isArray: Array.isArray(JSON.parse(out)) }).toEqual({ code: 0, isArray: true });
    await empty.close();
  },
);
