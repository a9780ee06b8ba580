import type { ExitCode } from './errors.ts';

/** Thrown by a command that has already reported its result. Only the exit code remains to be set. */
export class SilentExit extends Error {
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode) {
    super(`exit ${exitCode}`);
    this.exitCode = exitCode;
  }
}
