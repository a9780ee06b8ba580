/**
 * The life of a server. It enters some states by itself, when the clock says so: whatever a rule is given has been settled
 * first. The service answers a change of state before the change has happened, and so does the sandbox, however short it takes.
 */
import type { Environment, Server, ServerState, UpcomingState } from '../state.ts';
import { classic, type Rule, reject } from './api-error.ts';
import { replaceServer } from './change.ts';
import { ownServer } from './find.ts';
import { serverBody } from './present-server.ts';

/** A created server is in maintenance until it has started. */
export function beginning(env: Environment): Pick<Server, 'state' | 'upcoming'> {
  return { state: 'maintenance', upcoming: [after(env, 1, 'started')] };
}

function after(env: Environment, times: number, state: ServerState): UpcomingState {
  return { state, at: env.now() + times * (env.settle ?? 0) };
}

/** Starting answers once the server has started: this request is the slow one. */
export const startServer = transition('stopped', (server) => ({ ...server, state: 'started', upcoming: [] }));

/** Stopping answers `started`; the server stops later. A server that is about to restart stops instead. */
export const stopServer = transition('started', (server, env) =>
  willStop(server) ? server : { ...server, upcoming: [after(env, 1, 'stopped')] },
);

/** Restarting answers `started`; the server goes through maintenance later. One that is about to stop stops. */
export const restartServer = transition('started', (server, env) =>
  server.upcoming.length > 0
    ? server
    : { ...server, upcoming: [after(env, 1, 'maintenance'), after(env, 2, 'started')] },
);

function willStop({ upcoming }: Server): boolean {
  return upcoming.at(-1)?.state === 'stopped';
}

/** From one state, and no other. */
function transition(from: ServerState, change: (server: Server, env: Environment) => Server): Rule {
  return classic((state, account, { params }, env) => {
    const server = ownServer(state, account, params.uuid ?? '');
    needsState(server, from);
    const next = replaceServer(state, change(server, env));
    const after = ownServer(next, account, server.uuid);
    return { state: next, answer: { status: 200, body: { server: serverBody(next, after) } } };
  });
}

/** R-ASG-2, and the neighbours' rules: some changes need a server in one state. */
export function needsState(server: Server, needed: ServerState): void {
  if (server.state === needed) return;
  reject(409, 'SERVER_STATE_ILLEGAL', `The server is in state ${server.state}; this needs it ${needed}.`);
}
