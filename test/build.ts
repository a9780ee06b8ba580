import { execFileSync } from 'node:child_process';
import { isInstalled, optionalPrograms } from './installed.ts';

/**
 * Builds the program once before the suite, so that no test runs an old build.
 * @returns a function that runs after the suite. It prints which programs are not installed, because their tests were
 *   skipped.
 */
export default function setup(): () => void {
  execFileSync(process.execPath, ['scripts/build.js'], { stdio: 'inherit' });
  const missing = optionalPrograms.filter((program) => !isInstalled(program));
  return () => {
    if (missing.length > 0) console.log(`Not installed, so their tests are skipped: ${missing.join(', ')}.\n`);
  };
}
