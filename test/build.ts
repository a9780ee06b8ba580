import { execFileSync } from 'node:child_process';

/** Builds once before the suite, so that tests of the built program never run an old build. */
export default function setup(): void {
  execFileSync(process.execPath, ['scripts/build.js'], { stdio: 'inherit' });
}
