import { type ExecFileException, execFile } from 'node:child_process';
import type { Env } from './credentials.ts';

/** Milliseconds: a person may have to unlock a vault meanwhile. */
const LIMIT_MS = 10_000;
/** Bytes: a secret is short; a command that floods is ended. */
const OUTPUT_MAX = 64 * 1024;

export interface SecretOutput {
  /** Without the line break at its end. */
  readonly secret: string;
  /** What the command said to the user. */
  readonly stderr: string;
  /** Why it failed, as part of a sentence; undefined for exit status 0. */
  readonly failure: string | undefined;
  /** The program does not exist. */
  readonly isMissing: boolean;
}

/** Runs a program that prints a secret, for 10 s at most. Never rejects; the secret is in no error. */
export function runSecretCommand(file: string, args: readonly string[], env: Env): Promise<SecretOutput> {
  return new Promise((resolve) => {
    const options = {
      env: { ...env },
      timeout: LIMIT_MS,
      killSignal: 'SIGKILL',
      maxBuffer: OUTPUT_MAX,
      windowsHide: true,
    } as const;
    const child = execFile(file, [...args], options, (error, stdout, stderr) => {
      resolve({
        secret: stdout.replace(/\r?\n$/, ''),
        stderr,
        failure: error ? failureText(error) : undefined,
        isMissing: error?.code === 'ENOENT',
      });
    });
    // A command that asks for input would wait for ever: nobody types here.
    child.stdin?.end();
  });
}

function failureText({ code, killed, signal }: ExecFileException): string {
  if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return 'it printed more than 64 KiB';
  if (killed) return `it did not end within ${LIMIT_MS / 1_000} s`;
  if (typeof code === 'number') return `exit status ${code}`;
  return signal ? `it was ended by ${signal}` : String(code ?? 'unknown error');
}
