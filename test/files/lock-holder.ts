// Script that tests start with: node lock-holder.mjs <path> <log> <name> <rounds> <chance to kill itself while it holds
// the lock>. In each round, it takes and releases the lock, and writes both to <log>.
import { appendFileSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { withLock } from '../../src/files/lock.ts';

const [path = '', log = '', name = '', rounds = '', chance = ''] = process.argv.slice(2);

for (let round = 0; round < Number(rounds); round++) {
  await withLock(path, async () => {
    appendFileSync(log, `enter ${name}\n`);
    if (round === 0) writeSync(1, 'holding\n');
    await sleep(Math.random() * 4);
    if (Math.random() < Number(chance)) process.kill(process.pid, 'SIGKILL');
    appendFileSync(log, `leave ${name}\n`);
  });
}
