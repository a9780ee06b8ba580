import type { State } from '../../src/sandbox/state.ts';

export interface Operation {
  readonly name: string;
  readonly line: string;
  /**
   * Whether the operation creates an address. If the response is lost, the list of addresses can prove that the create
   * succeeded. A list without the new address does not prove that the create failed.
   */
  readonly creates?: true;
  /** Returns whether the sandbox has the requested state; undefined if the operation only reads. */
  readonly done?: (state: State) => boolean;
}

const ip = (state: State, address: string) => state.addresses.find((one) => one.address === address);
const countOwnAddresses = (state: State) => state.addresses.filter(({ owner }) => owner === 'sandbox').length;
const OWN_ADDRESS_COUNT = 21;
const LOAD_BALANCER_UUID = '0a1f5c3e-7d24-4b8a-9c61-2f0e8d4b7a11';
const listDelegatedAddresses = (state: State) =>
  state.loadBalancers.find(({ uuid }) => uuid === LOAD_BALANCER_UUID)?.ip_addresses.map(({ address }) => address) ?? [];

/** The operations to test. Each change requests a state that differs from the demo account. */
export const operations: readonly Operation[] = [
  { name: 'list', line: 'ip list' },
  { name: 'show', line: 'ip show 192.0.2.60' },
  {
    name: 'assign',
    line: 'ip assign --server web-2',
    creates: true,
    done: (state) => countOwnAddresses(state) === OWN_ADDRESS_COUNT + 1,
  },
  {
    name: 'float create',
    line: 'ip float create --zone fi-hel2',
    creates: true,
    done: (state) => countOwnAddresses(state) === OWN_ADDRESS_COUNT + 1,
  },
  {
    name: 'attach',
    line: 'ip float attach 192.0.2.60 --server web-2',
    done: (state) => ip(state, '192.0.2.60')?.mac === 'da:45:c4:5c:7a:02',
  },
  {
    name: 'move',
    line: 'ip float move 192.0.2.50 --to web-2',
    done: (state) => ip(state, '192.0.2.50')?.mac === 'da:45:c4:5c:7a:02',
  },
  { name: 'detach', line: 'ip float detach 192.0.2.50', done: (state) => ip(state, '192.0.2.50')?.mac === null },
  {
    name: 'delegate',
    line: 'ip float delegate 192.0.2.60 --to lb-front',
    done: (state) =>
      ip(state, '192.0.2.60')?.load_balancer === LOAD_BALANCER_UUID &&
      listDelegatedAddresses(state).includes('192.0.2.60'),
  },
  {
    name: 'undelegate',
    line: 'ip float undelegate 192.0.2.80',
    done: (state) =>
      ip(state, '192.0.2.80')?.load_balancer === null && !listDelegatedAddresses(state).includes('192.0.2.80'),
  },
  {
    name: 'ptr set',
    line: 'ip ptr set 192.0.2.10 mail.example.org',
    done: (state) => ip(state, '192.0.2.10')?.ptr_record === 'mail.example.org',
  },
  {
    name: 'ptr clear',
    line: 'ip ptr clear 192.0.2.10',
    done: (state) => ip(state, '192.0.2.10')?.ptr_record === '192-0-2-10.fi-hel2.upcloud.host',
  },
  {
    name: 'policy set',
    line: 'ip policy set release 192.0.2.60',
    done: (state) => ip(state, '192.0.2.60')?.release_policy === 'release',
  },
  { name: 'release', line: 'ip release 192.0.2.60 --yes', done: (state) => ip(state, '192.0.2.60') === undefined },
];

export const changingOperations = operations.filter(({ done }) => done !== undefined);
