import { fstatSync } from 'node:fs';
import { isatty } from 'node:tty';
import { systemClock } from '../core/clock.ts';
import { type ExitCode, exit, UsageError } from '../core/errors.ts';
import { getInterruptCode, waitForAbort } from '../core/interrupt.ts';
import { runProgram } from './run.ts';
import { listenForSignals } from './signals.ts';

/**
 * Returns stdin.
 * @throws UsageError if it is a folder: Node would treat it as empty input, and the command would do nothing without an error
 */
function openStandardInput(): typeof process.stdin {
  if (isFolderDescriptor(0)) throw new UsageError('Standard input is a folder.', 'Pipe data into upc, or name a file.');
  return process.stdin;
}

function isFolderDescriptor(fd: number): boolean {
  try {
    return fstatSync(fd).isDirectory();
  } catch {
    // The file descriptor is closed. Node treats it as empty input.
    return false;
  }
}

/** Runs the program for bin/upc.js. The streams are getters: Node takes a few ms to create each one on first use. */
export async function main(): Promise<ExitCode> {
  const { env, argv, platform } = process;
  const interrupt = listenForSignals(process);
  const running = runProgram(argv.slice(2), {
    env,
    platform,
    interrupt,
    get stdin() {
      return openStandardInput();
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
  // Once `ending` is aborted, the program has 700 ms to print its result. Then the process ends, even if an operation hangs
  // (T-7).
  const stuck = waitForAbort(interrupt.ending)
    .then(() => systemClock.sleep(700))
    .then(() => getInterruptCode(interrupt) ?? exit.interrupted);
  return Promise.race([running, stuck]);
}
