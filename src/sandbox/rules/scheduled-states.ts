import type { Server, State } from '../state.ts';

/** Applies the scheduled states that are due. Returns the same object if nothing has changed. */
export function applyScheduledStates(state: State, now: number): State {
  if (!state.servers.some(({ upcoming: [next] }) => next && next.at <= now)) return state;
  return { ...state, servers: state.servers.map((it) => applyUpcomingState(it, now)) };
}

function applyUpcomingState(server: Server, now: number): Server {
  const [next, ...later] = server.upcoming;
  if (!next || next.at > now) return server;
  return applyUpcomingState({ ...server, state: next.state, upcoming: later }, now);
}
