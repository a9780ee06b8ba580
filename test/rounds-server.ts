import { onTestFinished } from 'vitest';
import { type FaultedRequest, startFaultServer } from './faults/fault-server.ts';

/** Requests that are sent without waiting for one another, as `METHOD path` below `/1.3`, sorted. */
export type Round = readonly string[];

export interface RoundsServer {
  readonly origin: string;
  /** The rounds so far. */
  readonly rounds: readonly Round[];
  /** Returns the number of connections so far. */
  readonly connections: () => number;
}

/** The time without a new request after which a round counts as complete although it is smaller than expected. */
const QUIET_MS = 2_000;

/**
 * Starts a server that forwards to a sandbox and holds the responses of a round until all its requests arrived. As long as the
 * program sends what is expected, nothing depends on the speed of the machine: if a request waits for another one's response, it
 * arrives in a later round. Only if the program sends fewer requests than expected, the server waits for QUIET_MS.
 * @param expected the number of requests in each round
 */
export async function startRoundsServer(target: string, expected: readonly number[]): Promise<RoundsServer> {
  const rounds: Round[] = [];
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
      else quiet = setTimeout(release, QUIET_MS);
    },
  });
  onTestFinished(async () => {
    clearTimeout(quiet);
    await server.close();
  });
  return { origin: server.origin, rounds, connections: server.connections };
}
