import type { ServerState } from '../state.ts';
import { classic, type Rule, refuse } from './api-error.ts';
import { replaceServer } from './change.ts';
import { addressesOn, ownServer } from './find.ts';
import { afterResourceIsGone } from './policy.ts';
import { serverBody, serverSummary } from './present.ts';

export const listServers = classic((state, account) => {
  const server = state.servers.filter((it) => it.owner === account.username).map(serverSummary);
  return { state, answer: { status: 200, body: { servers: { server } } } };
});

export const getServer = classic((state, account, { params }) => {
  const server = ownServer(state, account, params.uuid ?? '');
  return { state, answer: { status: 200, body: { server: serverBody(state, server) } } };
});

/** From one state, and no other, into the next. */
function transition(step: { readonly from: ServerState; readonly to: ServerState }): Rule {
  return classic((state, account, { params }) => {
    const server = ownServer(state, account, params.uuid ?? '');
    needsState(server.state, step.from);
    const after = { ...server, state: step.to };
    const next = replaceServer(state, after);
    return { state: next, answer: { status: 200, body: { server: serverBody(next, after) } } };
  });
}

export const startServer = transition({ from: 'stopped', to: 'started' });
export const stopServer = transition({ from: 'started', to: 'stopped' });

/** R-POL-1 to R-POL-3: the server goes, its addresses go or stay by their policy. */
export const deleteServer = classic((state, account, { params }) => {
  const server = ownServer(state, account, params.uuid ?? '');
  needsState(server.state, 'stopped');
  const left = afterResourceIsGone(state, addressesOn(state, server));
  const next = { ...left, servers: left.servers.filter((it) => it.uuid !== server.uuid) };
  return { state: next, answer: { status: 204 } };
});

function needsState(state: ServerState, needed: ServerState): void {
  if (state === needed) return;
  refuse(409, 'SERVER_STATE_ILLEGAL', `The server is in state ${state}; this needs it ${needed}.`);
}
