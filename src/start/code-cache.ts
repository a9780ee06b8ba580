import { lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, posix, win32 } from 'node:path';
import type { Script } from 'node:vm';
import type { CodeCache } from './loader.ts';

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The code cache of this build and this Node in a folder of the user's own; undefined where the environment names no place
 * for it, does not want it (NODE_DISABLE_COMPILE_CACHE), or somebody else could put code there. It is a help and no more:
 * whatever goes wrong, the program runs without it.
 * @param build names the content of the bundle; empty where it has no name
 */
export function openCodeCache(env: Env, platform: NodeJS.Platform, build: string): CodeCache | undefined {
  if (build === '' || env.NODE_DISABLE_COMPILE_CACHE) return undefined;
  const top = cacheFolder(env, platform);
  const rights = top && rightsOf(top);
  if (top === undefined || rights === 'open') return undefined;
  const folder = join(top, `${build}-${process.version}-${process.arch}`);
  const fresh = new Map<string, Script>();
  return {
    read(name) {
      // What was not there a moment ago may be somebody else's by now.
      if (rights === 'missing') return undefined;
      try {
        return readFileSync(join(folder, name));
      } catch {
        return undefined;
      }
    },
    keep(name, script) {
      if (fresh.size === 0) process.once('exit', () => store(folder, build, fresh));
      fresh.set(name, script);
    },
  };
}

/** Where a user's caches are, by the customs of the platform. A place that cannot be named for certain is none. */
export function cacheFolder(env: Env, platform: NodeJS.Platform): string | undefined {
  const { isAbsolute, join } = platform === 'win32' ? win32 : posix;
  const below = (base: string | undefined, ...names: string[]) =>
    base && isAbsolute(base) ? join(base, ...names, 'upcloud-ip') : undefined;
  if (platform === 'win32') return below(env.LOCALAPPDATA, 'cache');
  if (platform === 'darwin') return below(env.HOME, 'Library', 'Caches');
  return below(env.XDG_CACHE_HOME) ?? below(env.HOME, '.cache');
}

/** Code is run from there: nobody else may have made it or be able to write in it. */
function rightsOf(folder: string): 'private' | 'open' | 'missing' {
  try {
    const stats = lstatSync(folder, { throwIfNoEntry: false });
    if (stats === undefined) return 'missing';
    const self = process.geteuid?.();
    // Windows has rights of another kind, and keeps a user's folders for itself.
    if (self === undefined) return 'private';
    return stats.isDirectory() && stats.uid === self && (stats.mode & 0o022) === 0 ? 'private' : 'open';
  } catch {
    return 'open';
  }
}

function store(folder: string, build: string, fresh: ReadonlyMap<string, Script>): void {
  try {
    makeFolder(folder, build);
    if (rightsOf(dirname(folder)) !== 'private') return;
    for (const [name, script] of fresh) {
      const file = join(folder, name);
      // What V8 has refused although it was written lately: it runs with other flags this time, or with such as it takes
      // nothing with. Writing it at each start would cost more than it saves.
      if (!isRecent(file, DAY_MS)) replaceFile(file, script.createCachedData());
    }
  } catch {
    // A full disk, no right to write: the next start compiles again.
  }
}

/** Whether it was written lately. */
function isRecent(path: string, ms: number): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats !== undefined && Math.abs(Date.now() - stats.mtimeMs) < ms;
}

/** What older builds have left is removed, unless it is still in use: two of them may stand side by side. */
function makeFolder(folder: string, build: string): void {
  const top = dirname(folder);
  makePrivate(top);
  if (mkdirSync(folder, { recursive: true, mode: 0o700 }) === undefined) return;
  for (const name of readdirSync(top)) {
    const path = join(top, name);
    const isOlder = /^[0-9a-f]{16}-v/.test(name) && !name.startsWith(build) && !isRecent(path, WEEK_MS);
    if (isOlder) rmSync(path, { recursive: true });
  }
}

/** With the folder above it, but not with a home that is not there. */
function makePrivate(folder: string): void {
  for (const path of [dirname(folder), folder]) {
    try {
      mkdirSync(path, { mode: 0o700 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** Whoever reads it finds it whole or not at all: V8 trusts what it is given. */
function replaceFile(file: string, data: Buffer): void {
  const temporary = `${file}.${process.pid}`;
  try {
    writeFileSync(temporary, data, { flag: 'wx', mode: 0o600 });
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
