// Script that tests start with: node changing.mjs <file> <writer> <profiles> [umask]. It stores one profile after
// another, and prints the number of each profile that is stored. <writer> is a number and becomes part of the profile
// names.
import { writeSync } from 'node:fs';
import { changeConfig } from '../../src/config/store.ts';

const [file = '', writer = '', profiles = '', umask] = process.argv.slice(2);
if (umask !== undefined) process.umask(Number.parseInt(umask, 8));

for (let number = 1; number <= Number(profiles); number++) {
  const profile = {
    origin: 'https://api.upcloud.com',
    user: `${number}`,
    credentials: { token: 'ucat_secret_canary' },
  };
  await changeConfig(file, (draft) => draft.set(`profiles.writer${writer}-${number % 25}`, profile), {
    warn: (text) => void writeSync(2, `${text}\n`),
  });
  writeSync(1, `${number}\n`);
}
