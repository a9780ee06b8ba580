import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { getSandboxFolder } from '../../src/sandbox/data-folder.ts';
import { createDiskStore, replaceState } from '../../src/sandbox/disk-store.ts';
import type { State } from '../../src/sandbox/state.ts';
import { createTemporaryFolder } from '../files/processes.ts';
import { isPosix } from '../installed.ts';
import { countOnce, createCounters, readCounts } from './counters.ts';

const incrementCount = (state: State) => countOnce(state, 0);
const createStatePath = () => join(createTemporaryFolder(), 'data', 'state.json');

describe('the state on disk', () => {
  test('a read leaves no trace, and shows the same account until there is a file', async () => {
    const file = createStatePath();
    let seeds = 0;
    const store = createDiskStore(file, () => ({ ...createCounters(1), seed: String(seeds++) }));
    const first = await store.read();
    expect(await store.read()).toBe(first);
    expect(existsSync(dirname(file))).toBe(false);
    const outcome = await store.transact((state) => ({ state, seen: state.seed }));
    expect(outcome.seen).toBe('0');
    expect(existsSync(file)).toBe(false);
  });

  test('a change is there for the next process', async () => {
    const file = createStatePath();
    expect((await createDiskStore(file, () => createCounters(1)).transact(incrementCount)).count).toBe(1);
    expect(readCounts(await createDiskStore(file, () => createCounters(1)).read())).toEqual([1]);
  });

  test('changes of one process at once are carried out one after the other', async () => {
    const store = createDiskStore(createStatePath(), () => createCounters(1));
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => store.transact(incrementCount)));
    expect(outcomes.map(({ count }) => count)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });

  test('a change that throws changes nothing', async () => {
    const store = createDiskStore(createStatePath(), () => createCounters(1));
    await store.transact(incrementCount);
    const failToChange = () => {
      throw new Error('no');
    };
    await expect(store.transact(failToChange)).rejects.toThrow('no');
    expect(readCounts(await store.read())).toEqual([1]);
  });

  test('an unchanged file is read once; one that another process wrote, or that was edited by hand, is read again', async () => {
    const file = createStatePath();
    const [one, other] = [
      createDiskStore(file, () => createCounters(1)),
      createDiskStore(file, () => createCounters(1)),
    ];
    await one.transact(incrementCount);
    const state = await one.read();
    expect(await one.read()).toBe(state);
    for (let change = 2; change < 9; change++) {
      await other.transact(incrementCount);
      expect(readCounts(await one.read())).toEqual([change]);
    }
    // Change only the counter and the revision in the file. Its inode, size and time stay the same, so only the
    // revision shows the change.
    const longAgo = new Date('2020-01-01');
    utimesSync(file, longAgo, longAgo);
    expect(readCounts(await one.read())).toEqual([8]);
    const text = readFileSync(file, 'utf8').replace('"credits":8', '"credits":9');
    writeFileSync(file, text.replace(/"revision":"./, '"revision":"x'));
    utimesSync(file, longAgo, longAgo);
    expect(readCounts(await one.read())).toEqual([9]);
  });

  test('without its file it starts again', async () => {
    const file = createStatePath();
    const store = createDiskStore(file, () => createCounters(1));
    await store.transact(incrementCount);
    rmSync(file);
    expect(readCounts(await store.read())).toEqual([0]);
  });
});

test('a new state takes the place of any other, and running stores see it', async () => {
  const file = createStatePath();
  const store = createDiskStore(file, () => createCounters(1));
  await replaceState(file, createCounters(2));
  expect(readCounts(await store.read())).toEqual([0, 0]);
  writeFileSync(file, 'spoilt');
  await replaceState(file, createCounters(3));
  expect(readCounts(await store.read())).toEqual([0, 0, 0]);
});

test('a file of version 1 is read with IPv6 addresses in the spelling of the service (R-MOD-5, R-MOD-6)', async () => {
  const file = createStatePath();
  mkdirSync(dirname(file));
  writeFileSync(file, readFileSync(new URL('state-of-version-1.json', import.meta.url)));
  const { version, addresses } = await createDiskStore(file, () => createCounters(1)).read();
  expect(version).toBe(2);
  const ofIPv6 = addresses.filter((it) => it.family === 'IPv6').map((it) => [it.address, it.ptr_record]);
  expect(ofIPv6).toEqual([
    ['2001:db8:1:1:d845:c4ff:fe5c:2beb', 'www.example.com'],
    ['2001:db8:1:1:d845:c4ff:fe5d:0103', 'd845-c4ff-fe5d-0103.v6.fi-hel2.upcloud.host'],
  ]);
});

describe('a file that cannot be used', () => {
  const withContent = (content: string) => {
    const file = createStatePath();
    mkdirSync(dirname(file));
    writeFileSync(file, content);
    return file;
  };
  const hint = 'Run `upc sandbox reset` to create a new one.';

  test.each([
    ['', 'is not readable'],
    ['{"revision":"x","state":{"ver', 'is not readable'],
    ['null', 'is not readable'],
    ['[]', 'is not readable'],
    ['{"state":{"version":1}}', 'is damaged at seed'],
    ['{"state":{"version":0}}', 'is damaged at version'],
  ])('spoilt: %j', async (content, problem) => {
    const file = withContent(content);
    const expected = { message: `The sandbox's state ${file} ${problem}.`, hint };
    await expect(createDiskStore(file, () => createCounters(1)).read()).rejects.toMatchObject(expected);
    await expect(createDiskStore(file, () => createCounters(1)).transact(incrementCount)).rejects.toMatchObject(
      expected,
    );
    expect(readFileSync(file, 'utf8')).toBe(content);
  });

  test('of a newer version', async () => {
    const file = withContent('{"revision":"x","state":{"version":99,"planets":[]}}');
    await expect(createDiskStore(file, () => createCounters(1)).read()).rejects.toMatchObject({
      message: `The sandbox's state ${file} was written by a newer version of this program.`,
      hint,
    });
  });

  test('a folder in its place', async () => {
    const file = createStatePath();
    mkdirSync(file, { recursive: true });
    const store = createDiskStore(file, () => createCounters(1));
    await expect(store.read()).rejects.toThrow(/state .*state\.json is not a regular file/);
  });

  test.skipIf(!isPosix || process.getuid?.() === 0)('a folder that may not be written', async () => {
    const file = createStatePath();
    mkdirSync(dirname(file));
    chmodSync(dirname(file), 0o500);
    await expect(createDiskStore(file, () => createCounters(1)).transact(incrementCount)).rejects.toThrow('EACCES');
  });

  test('a file in the place of its folder', async () => {
    const file = createStatePath();
    writeFileSync(dirname(file), '');
    await expect(createDiskStore(file, () => createCounters(1)).transact(incrementCount)).rejects.toThrow(
      /state\.json could not be written \(E/,
    );
  });
});

describe('the data folder', () => {
  test.each([
    ['linux', { HOME: '/home/a' }, '/home/a/.local/share/upcloud-ip'],
    ['linux', { HOME: '/home/a', XDG_DATA_HOME: '/data' }, '/data/upcloud-ip'],
    ['linux', { HOME: '/home/a', XDG_DATA_HOME: 'data' }, '/home/a/.local/share/upcloud-ip'],
    ['linux', { HOME: '/home/a', XDG_DATA_HOME: '' }, '/home/a/.local/share/upcloud-ip'],
    ['linux', { XDG_DATA_HOME: '/data' }, '/data/upcloud-ip'],
    ['linux', { HOME: '', UPC_SANDBOX_DIR: '/tmp/box' }, '/tmp/box'],
    ['darwin', { HOME: '/Users/a' }, '/Users/a/Library/Application Support/upcloud-ip'],
    ['win32', { LOCALAPPDATA: 'C:\\Users\\a\\Local' }, 'C:\\Users\\a\\Local\\upcloud-ip'],
    ['win32', { USERPROFILE: 'C:\\Users\\a' }, 'C:\\Users\\a\\AppData\\Local\\upcloud-ip'],
  ] as const)('%s %j', (platform, env, folder) => {
    expect(getSandboxFolder(env, platform)).toBe(folder);
  });

  test.each([
    ['linux', {}, 'HOME is not set'],
    ['linux', { HOME: '' }, 'HOME is not set'],
    ['linux', { HOME: 'home/a', XDG_DATA_HOME: 'data' }, 'HOME is not an absolute path'],
    ['darwin', { HOME: '' }, 'HOME is not set'],
    ['win32', { HOME: '/home/a' }, 'USERPROFILE is not set'],
    ['linux', { HOME: '/home/a', UPC_SANDBOX_DIR: 'box' }, 'UPC_SANDBOX_DIR is not an absolute path: box'],
  ] as const)('%s %j is rejected', (platform, env, message) => {
    expect(() => getSandboxFolder(env, platform)).toThrow(message);
  });
});
