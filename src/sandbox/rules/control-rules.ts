/**
 * The control routes, which are not part of UpCloud's API. Users change the simulated account with these routes, for
 * example its credits.
 */
import { UpcError } from '../../core/errors.ts';
import type { Account, ApiResponse, State } from '../state.ts';
import { defineRule, reject, rejectInvalidAttribute, rejectMissingAttribute } from './api-error.ts';
import { readBody, readChoice, rejectUnknownAttributes } from './body.ts';
import { replaceServer } from './change.ts';
import { findOwnServer } from './find.ts';

/** The account that the control routes change. A second account exists so that users can test addresses of other accounts. */
const MAIN_USERNAME = 'sandbox';

export function findMainAccount(state: State): Account {
  const found = state.accounts.find((it) => it.username === MAIN_USERNAME) ?? state.accounts[0];
  if (!found) throw new Error('The state has no account.');
  return found;
}

export const describeSandbox = defineRule((state) => ({ state, response: createSummaryResponse(state) }));

function createSummaryResponse(state: State): ApiResponse {
  return { status: 200, body: summarizeState(state) };
}

/** Returns a summary of the main account. */
export function summarizeState(state: State) {
  const { username, credits, address_selection } = findMainAccount(state);
  const isOwnedByMainAccount = (it: { readonly owner: string }) => it.owner === username;
  return {
    program: 'upcloud-ip',
    seed: state.seed,
    servers: state.servers.filter(isOwnedByMainAccount).length,
    addresses: state.addresses.filter(isOwnedByMainAccount).length,
    load_balancers: state.loadBalancers.filter(isOwnedByMainAccount).length,
    credits,
    address_selection,
  };
}

export const changeAccount = defineRule((state, _, { body }) => {
  const fields = readBody(body);
  rejectUnknownAttributes(fields, ['credits', 'address_selection']);
  const before = findMainAccount(state);
  const { credits = before.credits, address_selection = before.address_selection } = fields;
  if (typeof credits !== 'number' || !Number.isFinite(credits)) return rejectInvalidAttribute('credits');
  if (typeof address_selection !== 'boolean') return rejectInvalidAttribute('address_selection');
  const after = { ...before, credits, address_selection };
  const next = { ...state, accounts: state.accounts.map((it) => (it.username === after.username ? after : it)) };
  return { state: next, response: createSummaryResponse(next) };
});

export const changeServerState = defineRule((state, _, { params, body }) => {
  const fields = readBody(body);
  rejectUnknownAttributes(fields, ['state']);
  const requested =
    readChoice(fields, 'state', ['started', 'stopped', 'maintenance', 'error']) ?? rejectMissingAttribute('state');
  // Remove the scheduled states. Otherwise, the server would soon leave the requested state.
  const after = { ...findOwnServer(state, findMainAccount(state), params.uuid ?? ''), state: requested, upcoming: [] };
  const { uuid, title, hostname, zone, plan, core_number, memory_amount } = after;
  const server = { uuid, title, hostname, zone, state: requested, plan, core_number, memory_amount };
  return { state: replaceServer(state, after), response: { status: 200, body: { server } } };
});

/** Creates the rule that resets the state to a seed. The caller passes `makeSeed`, because rules must not import the seeds. */
export function createResetRule(makeSeed: (name: string) => State): typeof changeAccount {
  return defineRule((_state, _account, { body }) => {
    const fields = readBody(body);
    rejectUnknownAttributes(fields, ['seed']);
    if (typeof fields.seed !== 'string') return rejectMissingAttribute('seed');
    const next = createSeedOrReject(makeSeed, fields.seed);
    return { state: next, response: createSummaryResponse(next) };
  });
}

function createSeedOrReject(makeSeed: (name: string) => State, name: string): State {
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
