// The tests start this script: node counting.mjs <file> <lanes> <lane> <changes> [umask]. It prints each count when it is stored.
import { writeSync } from 'node:fs';
import { createDiskStore } from '../../src/sandbox/disk-store.ts';
import { countOnce, createCounters } from './counters.ts';

const [file = '', lanes = '', lane = '', changes = '', umask] = process.argv.slice(2);
if (umask !== undefined) process.umask(Number.parseInt(umask, 8));

const store = createDiskStore(file, () => createCounters(Number(lanes)));
for (let change = 0; change < Number(changes); change++) {
  const { count } = await store.transact((state) => countOnce(state, Number(lane)));
  writeSync(1, `${count}\n`);
}
