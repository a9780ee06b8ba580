/**
 * Starts, stops and restarts servers. A server enters some states later, and every rule receives a state settled at the current
 * time. As on the real service, the response to a stop or restart shows the state before the change.
 */
import type { Environment, Server, ServerState, UpcomingState } from '../state.ts';
import { defineRule, type Rule, reject } from './api-error.ts';
import { replaceServer } from './change.ts';
import { ownServer } from './find.ts';
import { serverBody } from './present-server.ts';

/** Returns the initial state of a server: maintenance until it has started. */
export function startingState(env: Environment): Pick<Server, 'state' | 'upcoming'> {
  return { state: 'maintenance', upcoming: [after(env, 1, 'started')] };
}

function after(env: Environment, times: number, state: ServerState): UpcomingState {
  return { state, at: env.now() + times * (env.settle ?? 0) };
}

/** Starts a server; the response already shows it as started. */
export const startServer = transition('stopped', (server) => ({ ...server, state: 'started', upcoming: [] }));

/** Stops a server. The response shows `started`; the server stops later, even if it was about to restart. */
export const stopServer = transition('started', (server, env) =>
  willStop(server) ? server : { ...server, upcoming: [after(env, 1, 'stopped')] },
);

/** Restarts a server. The response shows `started`; maintenance follows. A server that is about to stop still stops. */
export const restartServer = transition('started', (server, env) =>
  server.upcoming.length > 0
    ? server
    : { ...server, upcoming: [after(env, 1, 'maintenance'), after(env, 2, 'started')] },
);

function willStop({ upcoming }: Server): boolean {
  return upcoming.at(-1)?.state === 'stopped';
}

/** Creates a rule that requires one state. */
function transition(from: ServerState, change: (server: Server, env: Environment) => Server): Rule {
  return defineRule((state, account, { params }, env) => {
    const server = ownServer(state, account, params.uuid ?? '');
    needsState(server, from);
    const next = replaceServer(state, change(server, env));
    const after = ownServer(next, account, server.uuid);
    return { state: next, response: { status: 200, body: { server: serverBody(next, after) } } };
  });
}

/** Rejects a server that is not in the needed state (R-ASG-2). */
export function needsState(server: Server, needed: ServerState): void {
  if (server.state === needed) return;
  reject(409, 'SERVER_STATE_ILLEGAL', `The server is in state ${server.state}, but must be in state ${needed}.`);
}
