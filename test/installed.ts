import { spawnSync } from 'node:child_process';

/** Programs of the system that some tests need. Without them, those tests are skipped. */
export const optionalPrograms = ['bash', 'curl', 'fish', 'groff', 'jq', 'man', 'python3', 'zsh'] as const;

export function isInstalled(program: (typeof optionalPrograms)[number]): boolean {
  return spawnSync(program, ['--version']).status === 0;
}
