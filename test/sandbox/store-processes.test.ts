import { chownSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { createDiskStore } from '../../src/sandbox/disk-store.ts';
import { isSoakTest } from '../faults/soak.ts';
import { bundleScript, createTemporaryFolder, startScript } from '../files/processes.ts';
import { isPosix } from '../installed.ts';
import { countOnce, createCounters, readCounts } from './counters.ts';

const KILLS = isSoakTest ? 200 : 50;
const countingScript = fileURLToPath(new URL('counting.ts', import.meta.url));

test('killed again and again while it writes: always readable, and every acknowledged change is there', {
  timeout: 120_000,
}, async () => {
  const file = join(createTemporaryFolder(), 'state.json');
  const script = bundleScript(countingScript);
  const killRepeatedly = async (number: number) => {
    let before = 0;
    for (let kill = 0; kill < KILLS / 2; kill++) {
      const child = startScript(script, [file, '2', String(number), '1000000']);
      await child.started;
      await sleep(Math.random() * 15);
      child.process.kill('SIGKILL');
      expect(await child.ended).toBe('SIGKILL');
      const acknowledged = Number(child.lines.at(-1));
      // Read the state from the disk: a new store has no cache.
      const found = readCounts(await createDiskStore(file, () => createCounters(2)).read())[number] ?? 0;
      expect(acknowledged).toBeGreaterThan(before);
      // The process was killed during a change, which may or may not be stored.
      expect([acknowledged, acknowledged + 1]).toContain(found);
      before = found;
    }
  };
  await Promise.all([killRepeatedly(0), killRepeatedly(1)]);
  await createDiskStore(file, () => createCounters(2)).transact((state) => countOnce(state, 0));
  expect(readdirSync(dirname(file))).toEqual(['state.json']);
});

test('four processes with 25 changes each, all at once: 100 are kept', async () => {
  const file = join(createTemporaryFolder(), 'new', 'state.json');
  const script = bundleScript(countingScript);
  const children = [0, 1, 2, 3].map((writer) => startScript(script, [file, '4', String(writer), '25']));
  expect(await Promise.all(children.map((child) => child.ended))).toEqual([0, 0, 0, 0]);
  expect(readCounts(await createDiskStore(file, () => createCounters(4)).read())).toEqual([25, 25, 25, 25]);
});

describe.runIf(isPosix)('private under any umask', () => {
  test.each(['000', '077', '777'])('umask %s', async (umask) => {
    const top = createTemporaryFolder();
    const folder = join(top, 'share', 'upcloud-ip');
    // Root may read and write every file, which would hide missing permissions. So as root, run the script as another
    // user.
    const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
    if (user.uid !== undefined) chownSync(top, user.uid, user.gid);
    const child = startScript(bundleScript(countingScript), [join(folder, 'state.json'), '1', '0', '3', umask], user);
    expect([await child.ended, child.lines]).toEqual([0, ['1', '2', '3']]);
    const rights = (path: string) => (statSync(path).mode & 0o777).toString(8);
    expect([dirname(folder), folder, join(folder, 'state.json')].map(rights)).toEqual(['700', '700', '600']);
  });
});
