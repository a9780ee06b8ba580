// Script that tests start with: node counting.mjs <file> <writers> <writer> <changes> [umask]. It increments the
// counter with the index <writer> again and again, and prints each count that is stored.
import { writeSync } from 'node:fs';
import { createDiskStore } from '../../src/sandbox/disk-store.ts';
import { countOnce, createCounters } from './counters.ts';

const [file = '', writers = '', writer = '', changes = '', umask] = process.argv.slice(2);
if (umask !== undefined) process.umask(Number.parseInt(umask, 8));

const store = createDiskStore(file, () => createCounters(Number(writers)));
for (let change = 0; change < Number(changes); change++) {
  const { count } = await store.transact((state) => countOnce(state, Number(writer)));
  writeSync(1, `${count}\n`);
}
