import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isInstalled, isPosix } from '../installed.ts';

const scripts = ['contrib/keepalived/upc-notify', 'contrib/ocf/upc-floating-ip'];

test.runIf(isPosix).each(scripts)('%s is executable, and POSIX shell', (script) => {
  expect(statSync(script).mode & 0o111).toBe(0o111);
  expect(readFileSync(script, 'utf8')).toMatch(/^#!\/bin\/sh\n/);
  expect(spawnSync('sh', ['-n', script], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
});

test.runIf(isInstalled('shellcheck')).each(scripts)('%s: shellcheck finds nothing', (script) => {
  expect(spawnSync('shellcheck', [script], { encoding: 'utf8' })).toMatchObject({ status: 0, stdout: '' });
});

test('the configuration is for a shell and for systemd: NAME="value", without what only one of them expands', () => {
  const lines = readFileSync('contrib/failover.env', 'utf8').split('\n');
  for (const line of lines) expect(line).toMatch(/^$|^#|^[A-Z_]+="[^"$`\\]*"$/);
});
