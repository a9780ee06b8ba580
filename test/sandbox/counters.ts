import type { Account, State } from '../../src/sandbox/state.ts';

/**
 * Creates a state with an account for each writing process. The process uses the credits of its account as a counter.
 */
export function createCounters(writers: number): State {
  return {
    version: 2,
    seed: 'counters',
    accounts: Array.from({ length: writers }, (_, writer) => createAccount(`writer${writer}`)),
    zones: [],
    servers: [],
    addresses: [],
    loadBalancers: [],
    storages: [],
    networks: [],
  };
}

export function countOnce(state: State, writer: number): { readonly state: State; readonly count: number } {
  const accounts = state.accounts.map((one, index) => (index === writer ? { ...one, credits: one.credits + 1 } : one));
  return { state: { ...state, accounts }, count: accounts[writer]?.credits ?? 0 };
}

export function readCounts(state: State): number[] {
  return state.accounts.map((one) => one.credits);
}

function createAccount(username: string): Account {
  const resource_limits = { detached_floating_ips: 0, public_ipv4: 0, public_ipv6: 0 };
  return { username, password: '', token: '', credits: 0, address_selection: false, resource_limits };
}
