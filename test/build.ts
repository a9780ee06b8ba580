import { execFileSync } from 'node:child_process';
import { isInstalled, optionalPrograms } from './installed.ts';

/**
 * Builds once before the suite, so that tests of the built program never run an old build.
 * @returns what runs after the suite: it names what the skipped tests lacked
 */
export default function setup(): () => void {
  execFileSync(process.execPath, ['scripts/build.js'], { stdio: 'inherit' });
  const missing = optionalPrograms.filter((program) => !isInstalled(program));
  return () => {
    if (missing.length > 0) console.log(`Not installed, and what needs them is skipped: ${missing.join(', ')}.\n`);
  };
}
