import { onTestFinished } from 'vitest';
import { type FaultedRequest, startFaultServer } from './faults/fault-server.ts';

/**
 * The requests of a round, sorted, each as `METHOD path` below `/1.3`. The program sends all requests of a round before
 * it needs any response.
 */
export type RequestRound = readonly string[];

export interface RoundRecorder {
  readonly origin: string;
  /** The completed rounds. */
  readonly rounds: readonly RequestRound[];
  /** Returns how many connections were opened. */
  readonly connections: () => number;
}

/** If no request arrives for this time, the round is complete, even if it has fewer requests than expected. */
const ROUND_QUIET_MS = 2_000;

/**
 * Starts a server that forwards requests to a sandbox, and groups the requests into rounds. It delays the responses of
 * a round until all its expected requests have arrived. So even on a slow machine, a request that needs the response to
 * another request is in a later round.
 * @param expected the number of requests in each round
 */
export async function startRoundRecorder(target: string, expected: readonly number[]): Promise<RoundRecorder> {
  const rounds: RequestRound[] = [];
  let held: FaultedRequest[] = [];
  let quiet: NodeJS.Timeout | undefined;
  const release = () => {
    clearTimeout(quiet);
    rounds.push(held.map(({ request }) => `${request.method} ${request.url?.replace('/1.3', '')}`).sort());
    const complete = held;
    held = [];
    for (const { response, original } of complete)
      response.writeHead(original.status, { 'content-type': original.type }).end(original.body);
  };
  const server = await startFaultServer(target, {
    on: 'all',
    applies: true,
    respond: (request) => {
      held.push(request);
      clearTimeout(quiet);
      if (held.length === expected[rounds.length]) release();
      else quiet = setTimeout(release, ROUND_QUIET_MS);
    },
  });
  onTestFinished(async () => {
    clearTimeout(quiet);
    await server.close();
  });
  return { origin: server.origin, rounds, connections: server.connections };
}
