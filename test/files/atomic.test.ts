import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { writeFileAtomically } from '../../src/files/atomic.ts';
import { ensureFolder } from '../../src/files/folder.ts';
import { createOwnerName } from '../../src/files/owner.ts';
import { isPosix } from '../installed.ts';
import { createTemporaryFolder } from './processes.ts';

function readPermissions(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}

function setUmask(mask: number): void {
  const before = process.umask(mask);
  onTestFinished(() => void process.umask(before));
}

describe.runIf(isPosix)('permissions under any umask', () => {
  test.each([0o000, 0o022, 0o077, 0o777])('umask %o', async (mask) => {
    const folder = createTemporaryFolder();
    const inner = join(folder, 'a', 'b');
    setUmask(mask);
    await ensureFolder(inner);
    await writeFileAtomically(join(inner, 'private'), 'x');
    expect(['a', 'a/b', 'a/b/private'].map((name) => readPermissions(join(folder, name)))).toEqual([
      '700',
      '700',
      '600',
    ]);
  });

  test('a file that others can read is replaced by a private one, and an existing folder is not changed', async () => {
    const folder = createTemporaryFolder();
    mkdirSync(join(folder, 'open'));
    const before = readPermissions(join(folder, 'open'));
    const file = join(folder, 'open', 'file');
    writeFileSync(file, 'old', { mode: 0o666 });
    await ensureFolder(join(folder, 'open'));
    await writeFileAtomically(file, 'new');
    expect([readPermissions(join(folder, 'open')), readPermissions(file)]).toEqual([before, '600']);
  });

  test('a link is replaced, and its target is not changed', async () => {
    const folder = createTemporaryFolder();
    writeFileSync(join(folder, 'target'), 'old');
    symlinkSync('target', join(folder, 'link'));
    await writeFileAtomically(join(folder, 'link'), 'new');
    expect(readFileSync(join(folder, 'target'), 'utf8')).toBe('old');
    expect(readFileSync(join(folder, 'link'), 'utf8')).toBe('new');
  });
});

test('a failed write leaves the old content and nothing else', async () => {
  const folder = createTemporaryFolder();
  mkdirSync(join(folder, 'file'));
  writeFileSync(join(folder, 'file', 'inside'), 'old');
  await expect(writeFileAtomically(join(folder, 'file'), 'new')).rejects.toThrow();
  expect(readdirSync(folder)).toEqual(['file']);
  expect(readFileSync(join(folder, 'file', 'inside'), 'utf8')).toBe('old');
});

test('a file in place of a folder is an error', async () => {
  const folder = createTemporaryFolder();
  writeFileSync(join(folder, 'file'), '');
  await expect(ensureFolder(join(folder, 'file'))).rejects.toThrow();
  await expect(ensureFolder(join(folder, 'file', 'below'))).rejects.toThrow();
});

test('leftovers of killed writers are removed, and the files of running writers are not', async () => {
  const folder = createTemporaryFolder();
  const living = createOwnerName();
  // No system has process ids as high as this one.
  const dead = createOwnerName().replace(/^\d+/, '999999999');
  for (const name of [`f.${living}.tmp`, `f.${dead}.tmp`, `g.${dead}.tmp`, 'f.tmp', 'f.mine.tmp']) {
    writeFileSync(join(folder, name), 'half');
  }
  mkdirSync(join(folder, `f.lock.${dead}.tmp`));
  await writeFileAtomically(join(folder, 'f'), 'whole');
  const left = ['f', `f.${living}.tmp`, 'f.mine.tmp', 'f.tmp', `g.${dead}.tmp`];
  expect(readdirSync(folder).sort()).toEqual(left.sort());
});

test.runIf(isPosix)('root creates nothing below a folder of another user (T-19)', async () => {
  const folder = createTemporaryFolder();
  const createOwnerLookup = (foreign: string) => (path: string) =>
    path === foreign ? 1000 : existsSync(path) ? 0 : undefined;
  const inner = join(folder, 'a', 'b');
  for (const foreign of [folder, dirname(folder)]) {
    const result = ensureFolder(inner, { uid: 0, getOwner: createOwnerLookup(foreign) });
    await expect(result).rejects.toThrow(`You are root, and ${foreign} belongs to another user`);
  }
  expect(readdirSync(folder)).toEqual([]);
  // upc checks the owners of folders only if it runs as root. For other users, the permissions of the folders are
  // enough.
  await ensureFolder(inner, { uid: 1000, getOwner: createOwnerLookup('/') });
  await ensureFolder(join(inner, 'c'), { uid: 0, getOwner: createOwnerLookup('/elsewhere') });
  expect(readdirSync(inner)).toEqual(['c']);
});
