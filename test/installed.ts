import { spawnSync } from 'node:child_process';

/** Programs of the system that some tests need. Without them, those tests are skipped. */
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

/** False on Windows, which has no POSIX shell, signals, permissions, FIFOs and terminals. */
export const isPosix = process.platform !== 'win32';

/** Returns whether a program of the system is installed. Windows has others of these names, or with other paths. */
export function isInstalled(program: (typeof optionalPrograms)[number]): boolean {
  return isPosix && spawnSync(program, ['--version']).status === 0;
}
