/**
 * Starts, stops and restarts servers. A server reaches some states only a while after the request. Before each rule,
 * api-error.ts applies the states that are due. As on the real service, the response to a stop or restart still shows
 * the old state.
 */
import type { SandboxEnvironment, ScheduledState, Server, ServerState } from '../state.ts';
import { type ApiRule, defineRule, reject } from './api-error.ts';
import { replaceServer } from './change.ts';
import { findOwnServer } from './find.ts';
import { toServerBody } from './present-server.ts';

/** Returns the first state of a new server: maintenance, until the server has started. */
export function createStartingState(env: SandboxEnvironment): Pick<Server, 'state' | 'upcoming'> {
  return { state: 'maintenance', upcoming: [createScheduledState(env, 1, 'started')] };
}

function createScheduledState(env: SandboxEnvironment, times: number, state: ServerState): ScheduledState {
  return { state, at: env.now() + times * (env.settle ?? 0) };
}

/** Starts a server; the response already shows it as started. */
export const startServer = createTransitionRule('stopped', (server) => ({ ...server, state: 'started', upcoming: [] }));

/** Stops a server. The response shows `started`; the server stops later, even if it was about to restart. */
export const stopServer = createTransitionRule('started', (server, env) =>
  willStop(server) ? server : { ...server, upcoming: [createScheduledState(env, 1, 'stopped')] },
);

/**
 * Restarts a server. The response shows `started`; maintenance follows. No effect on a server that is about to stop.
 */
export const restartServer = createTransitionRule('started', (server, env) =>
  server.upcoming.length > 0
    ? server
    : { ...server, upcoming: [createScheduledState(env, 1, 'maintenance'), createScheduledState(env, 2, 'started')] },
);

function willStop({ upcoming }: Server): boolean {
  return upcoming.at(-1)?.state === 'stopped';
}

/** Creates a rule that changes a server. The server must be in the state `from`. */
function createTransitionRule(from: ServerState, change: (server: Server, env: SandboxEnvironment) => Server): ApiRule {
  return defineRule((state, account, { params }, env) => {
    const server = findOwnServer(state, account, params.uuid ?? '');
    assertServerState(server, from);
    const next = replaceServer(state, change(server, env));
    const after = findOwnServer(next, account, server.uuid);
    return { state: next, response: { status: 200, body: { server: toServerBody(next, after) } } };
  });
}

/** Rejects a server that is not in this state (R-ASG-2). */
export function assertServerState(server: Server, needed: ServerState): void {
  if (server.state === needed) return;
  reject(409, 'SERVER_STATE_ILLEGAL', `The server is in state ${server.state}, but must be in state ${needed}.`);
}
