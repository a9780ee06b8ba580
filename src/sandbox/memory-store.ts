import type { State, Store } from './state.ts';

/** A store that forgets everything at the end of the process. */
export function memoryStore(initial: State): Store {
  let state = initial;
  return {
    // A change is a plain function, so it runs to its end before the next begins: nothing else is needed for order.
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
