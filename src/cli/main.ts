import { fstatSync } from 'node:fs';
import { isatty } from 'node:tty';
import { systemClock } from '../core/clock.ts';
import { type ExitCode, exit, UsageError } from '../core/errors.ts';
import { aborted, interruptCode } from '../core/interrupt.ts';
import { run } from './run.ts';
import { listenForSignals } from './signals.ts';

/** For a folder Node makes a stream that is empty, and nothing would be done about nothing. */
function standardInput(): typeof process.stdin {
  if (isFolder(0)) throw new UsageError('Standard input is a folder.', 'Pipe in what is to be read, or name a file.');
  return process.stdin;
}

function isFolder(fd: number): boolean {
  try {
    return fstatSync(fd).isDirectory();
  } catch {
    // Closed; Node opens it as one that is empty.
    return false;
  }
}

/** The program as bin/upc.js starts it. Node makes each stream when it is first asked for, which takes a few ms each. */
export async function main(): Promise<ExitCode> {
  const { env, argv, platform } = process;
  const interrupt = listenForSignals(process);
  const running = run(argv.slice(2), {
    env,
    platform,
    interrupt,
    get stdin() {
      return standardInput();
    },
    get stdinIsTTY() {
      return isatty(0);
    },
    get stdout() {
      return process.stdout;
    },
    get stderr() {
      return process.stderr;
    },
    get stderrIsTTY() {
      return isatty(2);
    },
  });
  // After the second signal there is most of a second left for the report, whatever the program waits for (T-7).
  const stuck = aborted(interrupt.ending)
    .then(() => systemClock.sleep(700))
    .then(() => interruptCode(interrupt) ?? exit.interrupted);
  return Promise.race([running, stuck]);
}
