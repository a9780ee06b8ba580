import { expect, test } from 'vitest';
import { createSeed } from '../../src/sandbox/seeds.ts';
import { createSandboxClient, DEMO } from './rules/call.ts';
import { findViolations } from './rules/invariants.ts';

test.each(['demo', 'empty', 'large:1', 'large:7', 'large:503'])('%s obeys the rules and is always the same', (name) => {
  const state = createSeed(name);
  expect(findViolations(state)).toEqual([]);
  expect(createSeed(name)).toEqual(state);
  expect(JSON.parse(JSON.stringify(state))).toEqual(state);
});

test.each([1, 4, 5, 6, 99, 1000])('large:%i has that many addresses on the account', (n) => {
  const own = createSeed(`large:${n}`).addresses.filter((it) => it.owner === 'sandbox');
  expect(own).toHaveLength(n);
});

test('large:200000 can be listed, and every address and MAC is its own', async () => {
  const state = createSeed('large:200000');
  expect(new Set(state.addresses.map((it) => it.address)).size).toBe(state.addresses.length);
  const macs = state.servers.flatMap((it) => it.interfaces.map(({ mac }) => mac));
  expect(new Set(macs).size).toBe(macs.length);
  const { status } = await createSandboxClient(state).call('GET', '/1.3/ip_address');
  expect(status).toBe(200);
});

test('addresses are from ranges reserved for documentation and tests', () => {
  const documentation = /^(192\.0\.2|198\.51\.100|203\.0\.113|198\.1[89]\.\d+)\.\d+$|^10\.|^2001:db8:/;
  for (const name of ['demo', 'large:200000']) {
    const { addresses, zones } = createSeed(name);
    const all = [
      ...addresses.map((it) => it.address),
      ...zones.flatMap(({ pool }) => [...pool.public, ...pool.utility]),
    ];
    expect(all.filter((address) => !documentation.test(address))).toEqual([]);
  }
});

test('the demo has one of everything', () => {
  const { addresses, servers } = createSeed('demo');
  const own = addresses.filter((it) => it.owner === 'sandbox');
  expect(own).toHaveLength(21);
  expect(own.find((it) => it.floating && !it.mac && !it.load_balancer)?.address).toBe('192.0.2.60');
  expect(own.filter((it) => it.load_balancer).map((it) => it.address)).toEqual(['192.0.2.80']);
  expect(own.find((it) => it.family === 'IPv6')?.address).toBe(DEMO.ipv6);
  const states = servers.filter((it) => it.owner === 'sandbox').map(({ title, zone, state }) => [title, zone, state]);
  expect(states).toEqual([
    ['web-1', 'fi-hel2', 'started'],
    ['web-2', 'fi-hel2', 'started'],
    ['db-1', 'fi-hel2', 'stopped'],
    ['mail-1', 'de-fra1', 'maintenance'],
    ['edge-1', 'nl-ams1', 'started'],
  ]);
});

test.each(['demos', 'large', 'large:0', 'large:200001', 'large:1e3', 'large:-1', ''])('there is no seed %j', (name) => {
  expect(() => createSeed(name)).toThrow(`Unknown seed "${name}".`);
});

test('the name of a seed is accepted in any case', () => {
  expect(createSeed('Demo')).toEqual(createSeed('demo'));
});
