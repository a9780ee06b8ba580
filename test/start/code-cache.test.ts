import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { cacheFolder } from '../../src/start/code-cache.ts';
import { temporaryFolder } from '../files/processes.ts';
import { bench } from '../fixture.ts';
import { finished } from '../program.ts';
import { assertNoSecrets, secretsGiven } from '../secrets.ts';

/** A home as a user has one, and where its cache is. */
function homeFolder(): string {
  const home = temporaryFolder();
  if (process.platform === 'darwin') mkdirSync(join(home, 'Library'));
  return home;
}
const top = (home: string) => cacheFolder({ HOME: home, LOCALAPPDATA: home }, process.platform) ?? '';

/** The files of the cache below a home, with what tells one writing from another. */
function kept(home: string): Record<string, { readonly ino: number; readonly size: number }> {
  if (!existsSync(top(home))) return {};
  const files = readdirSync(top(home), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files.map(({ parentPath, name }) => {
      const { ino, size } = statSync(join(parentPath, name));
      return [name, { ino, size }];
    }),
  );
}

const list = (home: string, env: Record<string, string> = {}) =>
  finished('ip list --sandbox -q', { HOME: home, ...env });

/** A home in which the program has run once. */
async function used(): Promise<{ home: string; folder: string; out: string }> {
  const home = homeFolder();
  const { code, out } = await list(home);
  expect(code).toBe(0);
  const [build = ''] = readdirSync(top(home));
  return { home, folder: join(top(home), build), out };
}

test('compiled code is kept for its owner alone, and used the next time', async () => {
  const { home, folder, out } = await used();
  expect(statSync(top(home)).mode & 0o777).toBe(0o700);
  const before = kept(home);
  expect(Object.keys(before)).toContain('run.js');
  expect(statSync(join(folder, 'run.js')).mode & 0o777).toBe(0o600);
  expect(await list(home)).toEqual({ code: 0, out, err: '' });
  // What V8 takes is not written again; what it refuses is (below).
  expect(kept(home)).toEqual(before);
});

test.each([
  ['is cut off', (file: string) => truncateSync(file, 1_000)],
  ['is empty', (file: string) => truncateSync(file, 0)],
  ['is something else', (file: string) => writeFileSync(file, 'x'.repeat(200_000))],
])('a file of the cache that %s is made anew after a day, and nothing is said', async (_what, spoil) => {
  const { home, folder, out } = await used();
  const file = join(folder, 'run.js');
  const { size = 0 } = kept(home)['run.js'] ?? {};
  spoil(file);
  const spoilt = kept(home);
  expect(await list(home)).toEqual({ code: 0, out, err: '' });
  // Flags of V8's own are a reason to refuse, too: whoever changes them all the time is not to pay for it each time.
  expect(kept(home)).toEqual(spoilt);
  const twoDaysAgo = Date.now() / 1_000 - 2 * 86_400;
  utimesSync(file, twoDaysAgo, twoDaysAgo);
  expect(await list(home)).toEqual({ code: 0, out, err: '' });
  expect(kept(home)['run.js']?.size).toBeGreaterThan(size / 2);
  expect(kept(home)['run.js']?.size).not.toBe(200_000);
});

test('what an older build left a week ago is removed, and nothing else', async () => {
  const home = homeFolder();
  const [old, recent] = ['0123456789abcdef-v20.0.0-x64', 'fedcba9876543210-v20.0.0-x64'];
  for (const name of [old, recent, 'notes']) mkdirSync(join(top(home), name), { recursive: true });
  const longAgo = Date.now() / 1_000 - 8 * 86_400;
  for (const name of [old, 'notes']) utimesSync(join(top(home), name), longAgo, longAgo);
  chmodSync(top(home), 0o700);
  expect((await list(home)).code).toBe(0);
  const names = readdirSync(top(home));
  expect(names).toHaveLength(3);
  expect(names).toEqual(expect.arrayContaining(['notes', recent]));
});

describe.skipIf(process.getuid === undefined)('code is neither kept nor run where others could have put it', () => {
  test('a folder that others can write in', async () => {
    const home = homeFolder();
    mkdirSync(top(home), { recursive: true });
    chmodSync(top(home), 0o777);
    expect((await list(home)).code).toBe(0);
    expect(readdirSync(top(home))).toEqual([]);
  });

  test('a link', async () => {
    const [home, elsewhere] = [homeFolder(), temporaryFolder()];
    mkdirSync(dirname(top(home)), { recursive: true });
    symlinkSync(elsewhere, top(home));
    expect((await list(home)).code).toBe(0);
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  test.runIf(process.getuid?.() === 0)("another user's folder", async () => {
    const home = homeFolder();
    mkdirSync(top(home), { recursive: true, mode: 0o700 });
    chownSync(top(home), 12_345, 12_345);
    expect((await list(home)).code).toBe(0);
    expect(readdirSync(top(home))).toEqual([]);
  });
});

test('T-9: no credentials are kept with it', async () => {
  const b = await bench();
  onTestFinished(() => b.close());
  const home = homeFolder();
  const env = { HOME: home, UPCLOUD_USERNAME: 'sandbox', UPCLOUD_PASSWORD: 'sandbox-CANARY-passw0rd' };
  await b.edit((state) => ({
    ...state,
    accounts: state.accounts.map((one) => ({ ...one, password: env.UPCLOUD_PASSWORD })),
  }));
  expect((await finished('ip list', { UPCLOUD_DEBUG_API_BASE_URL: b.origin, ...env })).code).toBe(0);
  const files = Object.keys(kept(home));
  expect(files.length).toBeGreaterThan(2);
  const texts = readdirSync(top(home), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => [name, readFileSync(join(parentPath, name), 'latin1')] as const);
  assertNoSecrets(Object.fromEntries(texts), secretsGiven(env));
});

test('where there is no place for it, or nobody wants it, nothing is made', async () => {
  const home = homeFolder();
  const unwanted = { HOME: home, NODE_DISABLE_COMPILE_CACHE: '1' };
  for (const env of [{ HOME: join(home, 'missing') }, { HOME: '' }, { HOME: '.' }, unwanted]) {
    expect((await finished('ip list --sandbox -q', { ...env, UPC_SANDBOX_DIR: home })).code).toBe(0);
  }
  expect(readdirSync(home).filter((name) => name !== 'Library')).toEqual([]);
});

test('what only explains loads one file, and no library that a command needs only once it runs', async () => {
  const home = homeFolder();
  expect((await finished('ip ls --help', { HOME: home })).code).toBe(0);
  // What is here besides is imported where `import()` would do.
  expect(Object.keys(kept(home))).toEqual(['run.js']);
});

test('the folder is where caches are by the customs of the platform', () => {
  expect(cacheFolder({ HOME: '/home/ada' }, 'linux')).toBe('/home/ada/.cache/upcloud-ip');
  expect(cacheFolder({ HOME: '/home/ada', XDG_CACHE_HOME: '/var/cache/ada' }, 'linux')).toBe(
    '/var/cache/ada/upcloud-ip',
  );
  expect(cacheFolder({ HOME: '/home/ada', XDG_CACHE_HOME: 'cache' }, 'linux')).toBe('/home/ada/.cache/upcloud-ip');
  expect(cacheFolder({ HOME: '/Users/ada' }, 'darwin')).toBe('/Users/ada/Library/Caches/upcloud-ip');
  expect(cacheFolder({ LOCALAPPDATA: 'C:\\Users\\ada\\AppData\\Local' }, 'win32')).toBe(
    'C:\\Users\\ada\\AppData\\Local\\cache\\upcloud-ip',
  );
  for (const env of [{}, { HOME: '' }, { HOME: 'ada' }]) expect(cacheFolder(env, 'linux')).toBeUndefined();
  expect(cacheFolder({ HOME: '/home/ada' }, 'win32')).toBeUndefined();
});
