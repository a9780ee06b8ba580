/**
 * The targets of each case, by its name. `time`, `processor` and `memory` are the largest allowed ratios to the reference.
 * Without `processor`, the target `time` also applies to the processor time. `trips` is the largest allowed number of round trips
 * on an open connection.
 */
export const targets = {
  'upc --version': { time: 1.25 },
  'upc completion bash': { time: 1.25 },
  'upc ip list --json, 20 addresses': { time: 2.7 },
  'upc ip list, 20 addresses': { time: 3 },

  'upc ip list': { trips: 1 },
  'upc ip show 198.18.0.0': { trips: 2 },
  'upc ip tree': { trips: 2 },
  'upc ip audit': { trips: 2 },
  'upc ip float list': { trips: 1 },
  'upc ip float create --zone fi-hel2': { trips: 2 },
  'upc ip float create --server node-1': { trips: 2 },
  'upc ip float attach 198.18.0.16 --server node-1': { trips: 2 },
  'upc ip float move 198.18.0.4 --to node-0': { trips: 2 },
  'upc ip float move 198.18.0.4 --from node-1 --to node-0': { trips: 3 },
  'upc ip float detach 198.18.0.4': { trips: 2 },
  'upc ip ptr set 198.18.0.1 www.example.com': { trips: 2 },
  'upc ip policy set keep 198.18.0.1': { trips: 2 },
  'upc ip release 198.18.0.16 --yes': { trips: 2 },

  'upc ip list --json, 50,000 addresses': { time: 2.1, processor: 2.4, memory: 1.5 },
  'upc ip list -o ndjson, 50,000 addresses': { time: 2.1, processor: 2.4, memory: 1.5 },
  'upc ip list -o csv, 50,000 addresses': { time: 2.4, processor: 2.8, memory: 1.5 },
  'upc ip list, 50,000 addresses': { time: 2.2, processor: 2.8, memory: 1.5 },
  'upc ip list -o yaml, 50,000 addresses': { time: 5, processor: 6, memory: 2 },

  'upc ip release of 200 addresses, 50 ms latency, 4 at a time': { time: 1.1 },
  'upc ip float guard, 1 address: from the last good check to moved': { time: 1.1 },
  'upc ip float guard, 10 addresses: from the last good check to moved': { time: 1.1 },
};

/** How much the time per address may grow from one tested number of addresses to the next, as a ratio. */
export const MAX_GROWTH = 1.15;
