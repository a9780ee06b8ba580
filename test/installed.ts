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

export function isInstalled(program: (typeof optionalPrograms)[number]): boolean {
  return spawnSync(program, ['--version']).status === 0;
}
