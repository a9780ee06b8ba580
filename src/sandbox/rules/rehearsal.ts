/** The control routes, which no API offers: they put the simulated account into a state to rehearse. */
import { UpcError } from '../../core/errors.ts';
import type { Account, ApiResponse, State } from '../state.ts';
import { classic, invalid, missing, reject } from './api-error.ts';
import { bodyObject, choice, onlyKnown } from './body.ts';
import { replaceServer } from './change.ts';
import { ownServer } from './find.ts';

/** The account that the control routes change. The other account exists to test forbidden access. */
const MAIN = 'sandbox';

export function mainAccount(state: State): Account {
  const found = state.accounts.find((it) => it.username === MAIN) ?? state.accounts[0];
  if (!found) throw new Error('The state has no account.');
  return found;
}

export const describeSandbox = classic((state) => ({ state, response: summary(state) }));

function summary(state: State): ApiResponse {
  return { status: 200, body: summaryOf(state) };
}

/** Summarizes the main account. */
export function summaryOf(state: State) {
  const { username, credits, address_selection } = mainAccount(state);
  const own = (it: { readonly owner: string }) => it.owner === username;
  return {
    program: 'upcloud-ip',
    seed: state.seed,
    servers: state.servers.filter(own).length,
    addresses: state.addresses.filter(own).length,
    load_balancers: state.loadBalancers.filter(own).length,
    credits,
    address_selection,
  };
}

export const changeAccount = classic((state, _, { body }) => {
  const fields = bodyObject(body);
  onlyKnown(fields, ['credits', 'address_selection']);
  const before = mainAccount(state);
  const { credits = before.credits, address_selection = before.address_selection } = fields;
  if (typeof credits !== 'number' || !Number.isFinite(credits)) return invalid('credits');
  if (typeof address_selection !== 'boolean') return invalid('address_selection');
  const after = { ...before, credits, address_selection };
  const next = { ...state, accounts: state.accounts.map((it) => (it.username === after.username ? after : it)) };
  return { state: next, response: summary(next) };
});

export const changeServerState = classic((state, _, { params, body }) => {
  const fields = bodyObject(body);
  onlyKnown(fields, ['state']);
  const requested = choice(fields, 'state', ['started', 'stopped', 'maintenance', 'error']) ?? missing('state');
  // Drop the upcoming states, so that the server stays in the requested state.
  const after = { ...ownServer(state, mainAccount(state), params.uuid ?? ''), state: requested, upcoming: [] };
  const { uuid, title, hostname, zone, plan, core_number, memory_amount } = after;
  const server = { uuid, title, hostname, zone, state: requested, plan, core_number, memory_amount };
  return { state: replaceServer(state, after), response: { status: 200, body: { server } } };
});

/** Creates the rule that resets the state to a seed. The seeds are outside the rules, so the caller provides them. */
export function resetTo(makeSeed: (name: string) => State): typeof changeAccount {
  return classic((_state, _account, { body }) => {
    const fields = bodyObject(body);
    onlyKnown(fields, ['seed']);
    if (typeof fields.seed !== 'string') return missing('seed');
    const next = attempt(makeSeed, fields.seed);
    return { state: next, response: summary(next) };
  });
}

function attempt(makeSeed: (name: string) => State, name: string): State {
  try {
    return makeSeed(name);
  } catch (error) {
    return reject(
      400,
      'SEED_INVALID',
      error instanceof UpcError ? [...error.lines, ...error.hints].join(' ') : String(error),
    );
  }
}
