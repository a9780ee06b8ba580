import type { Account, State } from '../../src/sandbox/state.ts';

/** Creates a state with one counter for each lane. The counter is the credits of an account. */
export function createCounters(lanes: number): State {
  return {
    version: 2,
    seed: 'counters',
    accounts: Array.from({ length: lanes }, (_, lane) => createAccount(`lane${lane}`)),
    zones: [],
    servers: [],
    addresses: [],
    loadBalancers: [],
    storages: [],
    networks: [],
  };
}

export function countOnce(state: State, lane: number): { readonly state: State; readonly count: number } {
  const accounts = state.accounts.map((one, index) => (index === lane ? { ...one, credits: one.credits + 1 } : one));
  return { state: { ...state, accounts }, count: accounts[lane]?.credits ?? 0 };
}

export function readCounts(state: State): number[] {
  return state.accounts.map((one) => one.credits);
}

function createAccount(username: string): Account {
  const resource_limits = { detached_floating_ips: 0, public_ipv4: 0, public_ipv6: 0 };
  return { username, password: '', token: '', credits: 0, address_selection: false, resource_limits };
}
