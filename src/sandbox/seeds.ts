/**
 * The initial states of a sandbox. Every UUID, MAC and address is fixed: documentation and tests quote them. All public addresses
 * are from ranges reserved for documentation and tests, so none belongs to a real host.
 *
 * demo — account `sandbox` (password `sandbox`, token `ucat_sandbox`), five servers, one load balancer, 21 addresses:
 *   web-1   fi-hel2 started      192.0.2.10 (www.example.com), an IPv6 address (www.example.com), utility,
 *                                floating 192.0.2.50 (failover.example.com)
 *   web-2   fi-hel2 started      192.0.2.11 (part of plan), an IPv6 address, utility
 *   db-1    fi-hel2 stopped      192.0.2.12 (policy keep) and 192.0.2.13, two public IPv4 interfaces; utility
 *   mail-1  de-fra1 maintenance  198.51.100.10 (mail.example.com), utility
 *   edge-1  nl-ams1 started      the five public addresses a server may have: 203.0.113.10 to .12, two IPv6 (a group of each has
 *                                a leading zero); utility
 *   detached floating            192.0.2.60 in fi-hel2 (keep), 198.51.100.60 in de-fra1 (release)
 *   lb-front fi-hel2             holds the delegated floating IP 192.0.2.80 (lb.example.com)
 *   es-mad1                      has one free address left: the second request is rejected
 * and account `other` (`other`/`other`, `ucat_other`): shop-1 and shop-2 in fi-hel2, floating 192.0.2.90, lb-shop.
 *
 * empty — the same accounts and zones; `sandbox` owns nothing.
 *
 * large:<n> — `sandbox` owns n addresses: groups of four on a server and a detached floating IP; `other` as in demo.
 */
import { UsageError } from '../core/errors.ts';
import { createLargeAccount } from './large-seed.ts';
import {
  createAccount,
  createFloatingAddress,
  createSeedDisk,
  createSeedServer,
  mergeSeedContents,
  type SeedContent,
} from './seed-builder.ts';
import type { LoadBalancer, State } from './state.ts';
import { STATE_VERSION } from './upgrade.ts';
import { listZones } from './zones.ts';

const MAX_LARGE_SEED_SIZE = 200_000;
const FRONT_LOAD_BALANCER_UUID = '0a1f5c3e-7d24-4b8a-9c61-2f0e8d4b7a11';
const SHOP_LOAD_BALANCER_UUID = '0a77d0b2-94c5-4e13-8a2f-6b1d3c5e9f22';

/** Returns the state that a seed describes. @throws UsageError for an unknown seed */
export function createSeed(requested: string): State {
  const name = requested.toLowerCase();
  if (name === 'demo') return createSeedState(name, createDemoContent(), [frontLoadBalancer]);
  if (name === 'empty') return createSeedState(name, { servers: [], addresses: [] }, []);
  const size = /^large:([1-9]\d{0,5})$/.exec(name)?.[1];
  if (size !== undefined && Number(size) <= MAX_LARGE_SEED_SIZE) {
    return createSeedState(name, createLargeAccount('sandbox', Number(size)), [], MAX_LARGE_SEED_SIZE);
  }
  throw new UsageError(
    `Unknown seed "${requested}".`,
    `Seeds: demo, empty, or large:<n> with n from 1 to ${MAX_LARGE_SEED_SIZE}.`,
  );
}

function createSeedState(name: string, main: SeedContent, loadBalancers: readonly LoadBalancer[], scale = 1): State {
  const other = createOtherAccount();
  return {
    version: STATE_VERSION,
    seed: name,
    accounts: [createAccount('sandbox', scale), createAccount('other')],
    zones: listZones(),
    servers: [...main.servers, ...other.servers],
    addresses: [...main.addresses, ...other.addresses],
    loadBalancers: [...loadBalancers, shopLoadBalancer],
    // Servers of a large account have no disks: tests with many addresses do not need them.
    storages: [...(scale === 1 ? main.servers : []), ...other.servers].map(createSeedDisk),
    networks: [],
  };
}

function createDemoContent(): SeedContent {
  return mergeSeedContents(
    [createWeb1(), createWeb2(), createDb1(), createMail1(), createEdge1()],
    [
      createFloatingAddress('sandbox', 'fi-hel2', '192.0.2.50', {
        mac: 'da:45:c4:5c:65:6c',
        ptr_record: 'failover.example.com',
      }),
      createFloatingAddress('sandbox', 'fi-hel2', '192.0.2.60'),
      createFloatingAddress('sandbox', 'de-fra1', '198.51.100.60', { release_policy: 'release' }),
      createFloatingAddress('sandbox', 'fi-hel2', '192.0.2.80', {
        load_balancer: FRONT_LOAD_BALANCER_UUID,
        ptr_record: 'lb.example.com',
      }),
    ],
  );
}

const SANDBOX_IN_HEL2 = { owner: 'sandbox', zone: 'fi-hel2' } as const;
const HEL2_IPV6_PREFIX = '2001:db8:1:1';

function createWeb1(): SeedContent {
  const of = {
    ...SANDBOX_IN_HEL2,
    uuid: '0078c168-d578-4a64-95cf-07376f1dc524',
    title: 'web-1',
    state: 'started',
  } as const;
  return createSeedServer(of, HEL2_IPV6_PREFIX, [
    { mac: 'da:45:c4:5c:c5:4a', on: 'utility', address: '10.1.6.10' },
    { mac: 'da:45:c4:5c:65:6c', on: 'IPv4', address: '192.0.2.10', partOfPlan: true, ptr: 'www.example.com' },
    { mac: 'da:45:c4:5c:2b:eb', on: 'IPv6', ptr: 'www.example.com' },
  ]);
}

function createWeb2(): SeedContent {
  const of = {
    ...SANDBOX_IN_HEL2,
    uuid: '009e541c-3b8f-4c1d-a6e2-51d0c7f4b832',
    title: 'web-2',
    state: 'started',
  } as const;
  return createSeedServer(of, HEL2_IPV6_PREFIX, [
    { mac: 'da:45:c4:5c:eb:18', on: 'utility', address: '10.1.6.11' },
    { mac: 'da:45:c4:5c:7a:02', on: 'IPv4', address: '192.0.2.11', partOfPlan: true },
    { mac: 'da:45:c4:5c:31:f3', on: 'IPv6' },
  ]);
}

/** Creates a server with two public IPv4 interfaces, so that users can test the choice of an interface. */
function createDb1(): SeedContent {
  const of = {
    ...SANDBOX_IN_HEL2,
    uuid: '00c2a9f4-6d17-4e5b-8f30-9b7e21d4c605',
    title: 'db-1',
    state: 'stopped',
  } as const;
  return createSeedServer(of, HEL2_IPV6_PREFIX, [
    { mac: 'da:45:c4:5c:90:1d', on: 'utility', address: '10.1.6.12' },
    { mac: 'da:45:c4:5c:90:2e', on: 'IPv4', address: '192.0.2.12', partOfPlan: true, keep: true },
    { mac: 'da:45:c4:5c:90:3f', on: 'IPv4', address: '192.0.2.13' },
  ]);
}

function createMail1(): SeedContent {
  const of = { uuid: '005f83d1-2c49-4a76-b1e8-d3064f9a2e57', title: 'mail-1', state: 'maintenance' } as const;
  return createSeedServer({ ...of, owner: 'sandbox', zone: 'de-fra1' }, '2001:db8:2:1', [
    { mac: 'da:45:c4:5c:a1:07', on: 'utility', address: '10.2.6.10' },
    { mac: 'da:45:c4:5c:a1:18', on: 'IPv4', address: '198.51.100.10', partOfPlan: true, ptr: 'mail.example.com' },
  ]);
}

/** Creates a server with five public addresses, the maximum, so that users can test the rejection of a sixth address. */
function createEdge1(): SeedContent {
  const of = { uuid: '00b6e07a-91d3-4f28-a5c4-7e82f01b6d39', title: 'edge-1', state: 'started' } as const;
  return createSeedServer({ ...of, owner: 'sandbox', zone: 'nl-ams1' }, '2001:db8:3:1', [
    { mac: 'da:45:c4:5c:b2:10', on: 'utility', address: '10.3.6.10' },
    { mac: 'da:45:c4:5c:b2:21', on: 'IPv4', address: '203.0.113.10', partOfPlan: true, ptr: 'edge.example.com' },
    { mac: 'da:45:c4:5c:b2:32', on: 'IPv4', address: '203.0.113.11' },
    { mac: 'da:45:c4:5c:b2:43', on: 'IPv4', address: '203.0.113.12' },
    { mac: 'da:45:c4:5c:02:54', on: 'IPv6', ptr: 'edge.example.com' },
    { mac: 'da:45:c4:5c:02:65', on: 'IPv6' },
  ]);
}

function createOtherAccount(): SeedContent {
  const of = { owner: 'other', zone: 'fi-hel2', state: 'started' } as const;
  return mergeSeedContents(
    [
      createSeedServer({ ...of, uuid: '00d4f1b8-0e65-4937-9c2a-84b1e6f3a701', title: 'shop-1' }, HEL2_IPV6_PREFIX, [
        { mac: 'da:45:c4:5d:01:01', on: 'utility', address: '10.1.7.10' },
        { mac: 'da:45:c4:5d:01:02', on: 'IPv4', address: '192.0.2.20', partOfPlan: true },
        { mac: 'da:45:c4:5d:01:03', on: 'IPv6' },
      ]),
      createSeedServer({ ...of, uuid: '00d4f1b8-0e65-4937-9c2a-84b1e6f3a702', title: 'shop-2' }, HEL2_IPV6_PREFIX, [
        { mac: 'da:45:c4:5d:02:01', on: 'utility', address: '10.1.7.11' },
        { mac: 'da:45:c4:5d:02:02', on: 'IPv4', address: '192.0.2.21', partOfPlan: true },
      ]),
    ],
    [createFloatingAddress('other', 'fi-hel2', '192.0.2.90')],
  );
}

const TIMESTAMPS = { created_at: '2026-03-02T08:15:00Z', updated_at: '2026-03-02T08:15:00Z' } as const;

const frontLoadBalancer: LoadBalancer = {
  ...TIMESTAMPS,
  uuid: FRONT_LOAD_BALANCER_UUID,
  owner: 'sandbox',
  name: 'lb-front',
  zone: 'fi-hel2',
  plan: 'development',
  operational_state: 'running',
  configured_status: 'started',
  networks: [{ name: 'public-IPv4', type: 'public', family: 'IPv4', ...TIMESTAMPS }],
  ip_addresses: [{ address: '192.0.2.80', network_name: 'public-IPv4', ...TIMESTAMPS }],
  labels: [],
  backends: [],
  frontends: [],
  resolvers: [],
};

const shopLoadBalancer: LoadBalancer = {
  ...frontLoadBalancer,
  uuid: SHOP_LOAD_BALANCER_UUID,
  owner: 'other',
  name: 'lb-shop',
  ip_addresses: [],
};
