/**
 * Starts, stops and restarts servers. A stop or restart only schedules the new states, so the response still shows the old
 * state, as on the real service. Before each rule, api-error.ts applies the scheduled states that are due.
 */
import type { SandboxEnvironment, ScheduledState, Server, ServerState } from '../state.ts';
import { type ApiRule, defineRule, reject } from './api-error.ts';
import { replaceServer } from './change.ts';
import { findOwnServer } from './find.ts';
import { toServerBody } from './present-server.ts';

/** Returns the first state of a new server. The server is in maintenance until the scheduled start. */
export function createStateOfNewServer(env: SandboxEnvironment): Pick<Server, 'state' | 'upcoming'> {
  return { state: 'maintenance', upcoming: [createScheduledState(env, 1, 'started')] };
}

function createScheduledState(env: SandboxEnvironment, times: number, state: ServerState): ScheduledState {
  return { state, at: env.now() + times * (env.transitionMs ?? 0) };
}

/** Starts a server. The response already shows the state `started`. */
export const startServer = createTransitionRule('stopped', (server) => ({ ...server, state: 'started', upcoming: [] }));

/** Schedules the stop of a server, and cancels a scheduled restart. The response still shows `started`. */
export const stopServer = createTransitionRule('started', (server, env) =>
  willStop(server) ? server : { ...server, upcoming: [createScheduledState(env, 1, 'stopped')] },
);

/**
 * Schedules the restart of a server, with maintenance in between. The response still shows `started`. A restart has no
 * effect if a stop or restart is already scheduled.
 */
export const restartServer = createTransitionRule('started', (server, env) =>
  server.upcoming.length > 0
    ? server
    : { ...server, upcoming: [createScheduledState(env, 1, 'maintenance'), createScheduledState(env, 2, 'started')] },
);

function willStop({ upcoming }: Server): boolean {
  return upcoming.at(-1)?.state === 'stopped';
}

/** Creates a rule that changes a server in the state `from`. Servers in other states are rejected. */
function createTransitionRule(from: ServerState, change: (server: Server, env: SandboxEnvironment) => Server): ApiRule {
  return defineRule((state, account, { params }, env) => {
    const server = findOwnServer(state, account, params.uuid ?? '');
    assertServerState(server, from);
    const next = replaceServer(state, change(server, env));
    const after = findOwnServer(next, account, server.uuid);
    return { state: next, response: { status: 200, body: { server: toServerBody(next, after) } } };
  });
}

/** Rejects a server that is not in the needed state (R-ASG-2). */
export function assertServerState(server: Server, needed: ServerState): void {
  if (server.state === needed) return;
  reject(409, 'SERVER_STATE_ILLEGAL', `The server is in state ${server.state}, but must be in state ${needed}.`);
}
