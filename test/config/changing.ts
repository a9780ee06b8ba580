// The tests start this script: node changing.mjs <file> <lane> <profiles> [umask]. It prints each number when its profile is stored.
import { writeSync } from 'node:fs';
import { changeConfig } from '../../src/config/store.ts';

const [file = '', lane = '', profiles = '', umask] = process.argv.slice(2);
if (umask !== undefined) process.umask(Number.parseInt(umask, 8));

for (let number = 1; number <= Number(profiles); number++) {
  const profile = {
    origin: 'https://api.upcloud.com',
    user: `${number}`,
    credentials: { token: 'ucat_secret_canary' },
  };
  await changeConfig(file, (draft) => draft.set(`profiles.lane${lane}-${number % 25}`, profile), {
    warn: (text) => void writeSync(2, `${text}\n`),
  });
  writeSync(1, `${number}\n`);
}
