import { chownSync, linkSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/read.ts';
import { isSoakTest } from '../faults/soak.ts';
import { bundleScript, createTemporaryFolder, startScript } from '../files/processes.ts';
import { isPosix } from '../installed.ts';

const KILL_COUNT = isSoakTest ? 200 : 52;
const changingScript = fileURLToPath(new URL('changing.ts', import.meta.url));

test('T-10 eight processes with 25 profiles each, all at once: 200 are kept', { timeout: 60_000 }, async () => {
  const file = join(createTemporaryFolder(), 'upcloud-ip', 'config.json');
  const script = bundleScript(changingScript);
  const writers = [1, 2, 3, 4, 5, 6, 7, 8].map((writer) => startScript(script, [file, `${writer}`, '25']));
  expect(await Promise.all(writers.map(({ ended }) => ended))).toEqual(writers.map(() => 0));
  expect(readConfig(file).config.profiles.size).toBe(200);
  expect(readdirSync(dirname(file))).toEqual(['config.json']);
});

test('T-10 killed repeatedly while writing: never damaged, no stored change lost, no leftovers', {
  timeout: 120_000,
}, async () => {
  const file = join(createTemporaryFolder(), 'upcloud-ip', 'config.json');
  const script = bundleScript(changingScript);
  const killRepeatedly = async (number: number) => {
    const stored = new Map<string, number>();
    for (let kill = 0; kill < KILL_COUNT / 4; kill++) {
      const child = startScript(script, [file, `${number}`, '1000000']);
      await child.started;
      await sleep(Math.random() * 15);
      child.process.kill('SIGKILL');
      expect(await child.ended).toBe('SIGKILL');
      const { profiles } = readConfig(file).config;
      for (const line of child.lines) stored.set(`writer${number}-${Number(line) % 25}`, Number(line));
      const last = Number(child.lines.at(-1));
      for (const [name, count] of stored) {
        // The process was killed while it stored its next profile. So the file contains either the old or the new value
        // of that profile.
        const possible = name === `writer${number}-${(last + 1) % 25}` ? [`${count}`, `${last + 1}`] : [`${count}`];
        expect(possible).toContain(profiles.get(name)?.user);
      }
      if (!profiles.has(`writer${number}-${(last + 1) % 25}`)) continue;
      stored.set(
        `writer${number}-${(last + 1) % 25}`,
        Number(profiles.get(`writer${number}-${(last + 1) % 25}`)?.user),
      );
    }
  };
  await Promise.all([killRepeatedly(0), killRepeatedly(1), killRepeatedly(2), killRepeatedly(3)]);
  // Killed processes leave temporary files behind. Other users cannot read them, and the next change deletes them.
  for (const name of readdirSync(dirname(file))) {
    if (isPosix) expect([name, statSync(join(dirname(file), name)).mode & 0o077]).toEqual([name, 0]);
  }
  expect(await startScript(script, [file, '4', '1']).ended).toBe(0);
  expect(readdirSync(dirname(file))).toEqual(['config.json']);
});

describe.runIf(isPosix)('T-10 private under any umask', () => {
  test.each(['000', '077', '777'])('umask %s', async (umask) => {
    const top = createTemporaryFolder();
    const folder = join(top, '.config', 'upcloud-ip');
    // Root may read and write every file, which would hide missing permissions. So as root, run the script as another
    // user.
    const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
    if (user.uid !== undefined) chownSync(top, user.uid, user.gid);
    const child = startScript(bundleScript(changingScript), [join(folder, 'config.json'), '0', '3', umask], user);
    expect([await child.ended, child.lines]).toEqual([0, ['1', '2', '3']]);
    const readPermissions = (path: string) => (statSync(path).mode & 0o777).toString(8);
    expect([dirname(folder), folder, join(folder, 'config.json')].map(readPermissions)).toEqual(['700', '700', '600']);
  });

  test.each(['000', '777'])('umask %s: other users can read nothing at any moment', async (umask) => {
    const folder = join(createTemporaryFolder(), 'upcloud-ip');
    const child = startScript(bundleScript(changingScript), [join(folder, 'config.json'), '0', '40', umask]);
    let over = false;
    void child.ended.then(() => {
      over = true;
    });
    let [seen, open] = [0, 0];
    while (!over) {
      for (const path of listFiles(folder)) {
        seen += 1;
        open += countPermissionsOfOthers(path);
      }
      await sleep(1);
    }
    expect([await child.ended, open]).toEqual([0, 0]);
    expect(seen).toBeGreaterThan(0);
  });

  test('SNAP in the environment, which makes conf write in place, has no effect', async () => {
    const file = join(createTemporaryFolder(), 'upcloud-ip', 'config.json');
    const script = bundleScript(changingScript);
    expect(await startScript(script, [file, '0', '1']).ended).toBe(0);
    // A hard link shows how the file was written: it keeps the old content if the file is replaced, but not if the file
    // is overwritten.
    const kept = join(dirname(file), 'kept');
    linkSync(file, kept);
    const before = readFileSync(kept, 'utf8');
    const { SNAP } = process.env;
    process.env.SNAP = '/snap/upc/1';
    const child = startScript(script, [file, '0', '2']);
    if (SNAP === undefined) delete process.env.SNAP;
    else process.env.SNAP = SNAP;
    expect(await child.ended).toBe(0);
    expect(readFileSync(kept, 'utf8')).toBe(before);
    expect(JSON.parse(readFileSync(file, 'utf8')).profiles['writer0-2'].user).toBe('2');
  });
});

function listFiles(folder: string): string[] {
  try {
    return [folder, ...readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name)))];
  } catch {
    return [];
  }
}

function countPermissionsOfOthers(path: string): number {
  try {
    return statSync(path).mode & 0o077 ? 1 : 0;
  } catch {
    return 0;
  }
}
