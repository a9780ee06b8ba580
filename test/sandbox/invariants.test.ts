import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ApiRule, RuleRequest } from '../../src/sandbox/rules/api-error.ts';
import { changeServerState, findMainAccount } from '../../src/sandbox/rules/control-rules.ts';
import { createNetwork } from '../../src/sandbox/rules/networks.ts';
import { API_ROUTES } from '../../src/sandbox/rules/route-table.ts';
import { createSeed } from '../../src/sandbox/seeds.ts';
import type { State } from '../../src/sandbox/state.ts';
import { env, wrapAddress } from './rules/call.ts';
import { countPooledByZone, findViolations, listDelegations, listUtilityAddresses } from './rules/invariants.ts';

/** A request. When it is sent, `pick` and `other` choose its targets among the objects that exist at that time. */
interface RequestStep {
  readonly path: string;
  readonly method: string;
  readonly pick: number;
  readonly other: number;
  readonly fields: Record<string, unknown>;
}

const createOptional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 3 });
const number = fc.nat(1000);
const releasePolicy = fc.constantFrom('keep', 'release', 'never');

const addressCreation = fc.record({
  access: createOptional(fc.constantFrom('public', 'utility')),
  family: createOptional(fc.constantFrom('IPv4', 'IPv6')),
  floating: createOptional(fc.constantFrom('yes', 'no')),
  release_policy: createOptional(releasePolicy),
  zone: createOptional(fc.constantFrom('fi-hel2', 'es-mad1', 'xx')),
  target: fc.constantFrom('server', 'mac', 'neither'),
});
const change = fc.record({
  ptr_record: createOptional(fc.constantFrom('a.example.com', '', 'nonsense')),
  release_policy: createOptional(releasePolicy),
  target: fc.constantFrom('mac', 'detach', 'neither'),
});

const of = (method: string, path: string, fields: fc.Arbitrary<Record<string, unknown>> = fc.constant({})) =>
  fc.record({ method: fc.constant(method), path: fc.constant(path), pick: number, other: number, fields });

const step: fc.Arbitrary<RequestStep> = fc.oneof(
  { weight: 6, arbitrary: of('POST', '/ip_address', addressCreation) },
  { weight: 6, arbitrary: of('PATCH', '/ip_address/:address', change) },
  { weight: 6, arbitrary: of('DELETE', '/ip_address/:address') },
  { weight: 3, arbitrary: of('POST', '/server') },
  { weight: 2, arbitrary: of('POST', '/server/:uuid/stop') },
  { weight: 1, arbitrary: of('POST', '/server/:uuid/start') },
  { weight: 1, arbitrary: of('POST', '/server/:uuid/restart') },
  { weight: 2, arbitrary: of('POST', '/server/:uuid/networking/interface') },
  { weight: 2, arbitrary: of('PUT', '/server/:uuid/networking/interface/:index') },
  { weight: 2, arbitrary: of('DELETE', '/server/:uuid/networking/interface/:index') },
  { weight: 2, arbitrary: of('DELETE', '/server/:uuid') },
  {
    weight: 1,
    arbitrary: of('PATCH', 'state', fc.record({ state: fc.constantFrom('error', 'maintenance', 'stopped') })),
  },
  { weight: 1, arbitrary: of('POST', '/load-balancer') },
  { weight: 1, arbitrary: of('DELETE', '/load-balancer/:uuid') },
  { weight: 3, arbitrary: of('POST', '/load-balancer/:uuid/ip-addresses') },
  { weight: 2, arbitrary: of('DELETE', '/load-balancer/:uuid/ip-addresses/:address') },
);

function findRule({ method, path }: RequestStep): ApiRule {
  if (path === 'state') return changeServerState;
  const rule = Object.entries(API_ROUTES[path] ?? {}).find(([name]) => name === method)?.[1];
  if (!rule) throw new Error(`no rule for ${method} ${path}`);
  return rule;
}

const pickItem = <T>(list: readonly T[], at: number): T | undefined => list[at % Math.max(list.length, 1)];

function createInterfaceFields(pick: number, network: string | undefined): object {
  const type = ['public', 'utility', 'private'][pick % 3];
  const family = type === 'public' && pick % 2 ? 'IPv6' : 'IPv4';
  return { type, network, ip_addresses: { ip_address: [{ family }] } };
}

/** Returns the demo account with an additional SDN network. */
function createStateWithNetwork(): State {
  const state = createSeed('demo');
  const ip_networks = { ip_network: [{ address: '10.9.0.0/28' }] };
  const input = { params: {}, body: { network: { name: 'n', zone: 'fi-hel2', ip_networks } } };
  return createNetwork(state, findMainAccount(state), input, env()).state;
}

const NETWORKING_WITH_ONE_INTERFACE = {
  networking: { interfaces: { interface: [{ type: 'public', ip_addresses: { ip_address: [{ family: 'IPv4' }] } }] } },
};

function createServiceRequest(state: State, { path, pick, other, fields }: RequestStep): RuleRequest {
  const { target, ...rest } = fields;
  const address = pickItem(state.addresses, pick)?.address ?? '192.0.2.1';
  const server = pickItem(state.servers, other)?.uuid;
  const mac = pickItem(
    state.servers.flatMap((it) => it.interfaces),
    other,
  )?.mac;
  const uuid = (path.startsWith('/load') ? pickItem(state.loadBalancers, other)?.uuid : server) ?? '';
  const targets = { server: { server }, mac: { mac }, detach: { mac: null }, neither: {} };
  const aim = targets[(target ?? 'neither') as keyof typeof targets];
  const bodies: Record<string, unknown> = {
    // Every second new server has only one address, so that some requests try to release the last address of a server.
    '/server': {
      server: {
        zone: pick % 5 ? 'fi-hel2' : 'es-mad1',
        title: 'x',
        hostname: 'x',
        ...(pick % 2 ? NETWORKING_WITH_ONE_INTERFACE : {}),
      },
    },
    '/load-balancer': { name: 'x', zone: 'fi-hel2' },
    '/load-balancer/:uuid/ip-addresses': { address, network_name: 'public-IPv4' },
    '/server/:uuid/networking/interface': { interface: createInterfaceFields(pick, state.networks[0]?.uuid) },
    '/server/:uuid/networking/interface/:index': { interface: { index: 1 + (pick % 12) } },
    state: rest,
  };
  // Remove undefined attributes, as a client does when it sends JSON.
  const asked = JSON.parse(JSON.stringify({ ...rest, ...aim }));
  return { params: { address, uuid, index: String(1 + (pick % 4)) }, body: bodies[path] ?? wrapAddress(asked) };
}

test('no sequence of requests breaks what R-MOD-2, R-MOD-4, R-MOD-F, R-MOD-G and R-REL-5 promise', () => {
  const start = createStateWithNetwork();
  const total = countPooledByZone(start);
  const property = fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
    const chance = env();
    steps.reduce((state, it) => {
      const { state: next, response } = findRule(it)(
        state,
        findMainAccount(state),
        createServiceRequest(state, it),
        chance,
      );
      if (response.status >= 400) expect(next).toBe(state);
      expect(findViolations(next)).toEqual([]);
      expect(countPooledByZone(next)).toEqual(total);
      if (it.path.startsWith('/ip_address')) expect(listDelegations(next)).toEqual(listDelegations(state));
      if (it.path.startsWith('/ip_address'))
        expect(listUtilityAddresses(next)).toEqual(expect.arrayContaining(listUtilityAddresses(state)));
      return next;
    }, start);
  });
  fc.assert(property, { numRuns: 300 });
});

test('the sequences reach what they are meant to: most kinds of request succeed and fail', () => {
  const seen = new Set<string>();
  for (const steps of fc.sample(fc.array(step, { minLength: 40, maxLength: 60, size: 'max' }), {
    numRuns: 200,
    seed: 1,
  })) {
    steps.reduce((state, it) => {
      const { state: next, response } = findRule(it)(
        state,
        findMainAccount(state),
        createServiceRequest(state, it),
        env(),
      );
      seen.add(`${it.method} ${it.path} ${response.status >= 400 ? 'rejected' : 'done'}`);
      return next;
    }, createStateWithNetwork());
  }
  const kinds = [
    'POST /ip_address',
    'PATCH /ip_address/:address',
    'DELETE /ip_address/:address',
    'DELETE /server/:uuid',
    'POST /server/:uuid/networking/interface',
    'PUT /server/:uuid/networking/interface/:index',
    'DELETE /server/:uuid/networking/interface/:index',
  ];
  const delegating = ['POST /load-balancer/:uuid/ip-addresses', 'DELETE /load-balancer/:uuid/ip-addresses/:address'];
  const both = [...kinds, ...delegating].flatMap((kind) => [`${kind} done`, `${kind} rejected`]);
  expect([...seen]).toEqual(expect.arrayContaining(both));
});
