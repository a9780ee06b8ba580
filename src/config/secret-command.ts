import { type ExecFileException, execFile } from 'node:child_process';
import type { Env } from './credentials.ts';

/** The time limit of a command that prints a secret, in milliseconds. The user may have to unlock a vault in this time. */
const COMMAND_TIMEOUT_MS = 10_000;
/** The maximum output of the command, in bytes. A secret is short. */
const OUTPUT_MAX_BYTES = 64 * 1024;

export interface SecretOutput {
  /** The standard output, without the line break at its end. */
  readonly secret: string;
  readonly stderr: string;
  /** Why the command failed, as part of a sentence; undefined for exit status 0. */
  readonly failure: string | undefined;
  /** Whether the program does not exist. */
  readonly isMissing: boolean;
}

/**
 * Runs a program that prints a secret, for at most 10 seconds. The promise is never rejected, and the returned `failure`
 * never quotes the output (T-9).
 * @param usesShell whether `file` is a command line for the shell of the system
 */
export function runSecretCommand(
  file: string,
  args: readonly string[],
  env: Env,
  { usesShell = false } = {},
): Promise<SecretOutput> {
  return new Promise((resolve) => {
    const options = {
      env: { ...env },
      timeout: COMMAND_TIMEOUT_MS,
      killSignal: 'SIGKILL',
      maxBuffer: OUTPUT_MAX_BYTES,
      windowsHide: true,
      shell: usesShell,
    } as const;
    const child = execFile(file, [...args], options, (error, stdout, stderr) => {
      resolve({
        secret: stdout.replace(/\r?\n$/, ''),
        stderr,
        failure: error ? describeCommandFailure(error) : undefined,
        isMissing: error?.code === 'ENOENT',
      });
    });
    // Close stdin: a command that reads it would otherwise wait until the time limit.
    child.stdin?.end();
  });
}

function describeCommandFailure({ code, killed, signal }: ExecFileException): string {
  if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return 'it printed more than 64 KiB';
  if (killed) return `it did not end within ${COMMAND_TIMEOUT_MS / 1_000} s`;
  if (typeof code === 'number') return `exit status ${code}`;
  return signal ? `it was ended by ${signal}` : String(code ?? 'unknown error');
}
