import { expect, test } from 'vitest';
import {
  addressPredicates,
  type CompletionFacts,
  indexCompletionFacts,
  serverPredicates,
} from '../../src/domain/completion-predicates.ts';
import type { Address, Server } from '../../src/domain/model.ts';

const servers = Array.from(
  { length: 5_000 },
  (_, i): Server => ({
    uuid: `uuid-${i}`,
    title: `web-${i}`,
    hostname: `web-${i}.example.com`,
    zone: 'fi-hel2',
    state: 'started',
  }),
);
const addresses = Array.from(
  { length: 25_000 },
  (_, i): Address => ({
    access: 'public',
    address: `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`,
    family: 'IPv4',
    part_of_plan: 'no',
    ptr_record: '',
    server: `uuid-${i % 5_000}`,
    mac: null,
    floating: i < 5_000 ? 'yes' : 'no',
    release_policy: 'keep',
    is_delegated: 'no',
    zone: 'fi-hel2',
  }),
);
const givenOptions = new Map([
  ['from', ['web-1']],
  ['to', ['web-2']],
  ['server', ['web-3']],
]);
const facts: CompletionFacts = { args: [], given: givenOptions, addresses, servers, loadBalancers: [] };

/**
 * Counts how often `run` reads the titles of servers. A high count means that `run` searches all servers again and
 * again.
 */
function countTitleReads(run: (counted: readonly Server[]) => void): number {
  let reads = 0;
  const counted = servers.map((server) =>
    Object.defineProperty({ ...server }, 'title', {
      get: () => {
        reads++;
        return server.title;
      },
    }),
  );
  run(counted);
  return reads;
}

test.each(Object.entries(addressPredicates))(
  'addressPredicates.%s searches the servers once, not for each address',
  (_name, fits) => {
    const reads = countTitleReads((counted) => {
      const situation = indexCompletionFacts({ ...facts, servers: counted });
      for (const ip of addresses) fits(ip, situation);
    });
    expect(reads).toBeLessThan(20 * servers.length);
  },
);

test.each(Object.entries(serverPredicates))(
  'serverPredicates.%s searches the servers once, not for each server',
  (_name, fits) => {
    const reads = countTitleReads((counted) => {
      const situation = indexCompletionFacts({ ...facts, servers: counted });
      for (const server of counted) fits(server, situation);
    });
    expect(reads).toBeLessThan(20 * servers.length);
  },
);
