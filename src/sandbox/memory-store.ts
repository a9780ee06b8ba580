import type { State, Store } from './state.ts';

/** Creates a store that keeps the state in memory. */
export function createMemoryStore(initial: State): Store {
  let state = initial;
  return {
    // No lock is needed: `change` is a synchronous function, so two changes cannot overlap.
    async transact(change) {
      const outcome = change(state);
      state = outcome.state;
      return outcome;
    },
    async read() {
      return state;
    },
  };
}
