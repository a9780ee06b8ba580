import type { ExitCode } from './errors.ts';

/** Thrown by a command whose report is out already: only the exit code is left to tell. */
export class ExitSilently extends Error {
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode) {
    super(`exit ${exitCode}`);
    this.exitCode = exitCode;
  }
}
