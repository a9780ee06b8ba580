import { spawnSync } from 'node:child_process';

/** Programs that some tests need. If a program is missing, the tests that need it are skipped. */
export const optionalPrograms = [
  'bash',
  'curl',
  'fish',
  'flock',
  'groff',
  'jq',
  'man',
  'python3',
  'shellcheck',
  'systemd-analyze',
  'zsh',
] as const;

/** Whether the system has a POSIX shell, signals, permissions, FIFOs and terminals. Windows has none of these. */
export const isPosix = process.platform !== 'win32';

/**
 * Returns whether a program is installed. Always false on Windows, where programs with these names differ or have other
 * paths.
 */
export function isInstalled(program: (typeof optionalPrograms)[number]): boolean {
  return isPosix && spawnSync(program, ['--version']).status === 0;
}
