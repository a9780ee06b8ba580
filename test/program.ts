import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';
import { createTemporaryFolder } from './files/processes.ts';
import { splitWords, withWindowsFolders } from './fixture.ts';

const built = resolve(import.meta.dirname, '../bin/upc.js');

/**
 * Returns the command that starts the program: the file and its first arguments. UPC_TEST_EXECUTABLE, if set, replaces
 * the built program by an executable.
 */
export function createProgramCommand(script = built): readonly [file: string, ...args: string[]] {
  const executable = process.env.UPC_TEST_EXECUTABLE;
  return script === built && executable ? [resolve(executable)] : [process.execPath, script];
}

/** Copies the built program, so that a test can damage the copy. */
export function copyProgram(): { readonly folder: string; readonly script: string } {
  const folder = createTemporaryFolder();
  for (const part of ['bin', 'dist']) cpSync(part, join(folder, part), { recursive: true });
  return { folder, script: join(folder, 'bin', 'upc.js') };
}

export interface StartedProgram {
  readonly process: ChildProcess;
  out(): string;
  err(): string;
  /** Resolves as soon as stdout and stderr together match the pattern. */
  shown(pattern: RegExp): Promise<void>;
  /** Resolves with the exit code or the signal when the program has ended and all its output has been read. */
  readonly ended: Promise<number | string | null>;
}

/** Starts the built program. Its environment contains only these variables. */
export function startProgram(line: string, env: Readonly<Record<string, string>>, script = built): StartedProgram {
  const [file, ...args] = createProgramCommand(script);
  const child = spawn(file, [...args, ...splitWords(line)], {
    env: withWindowsFolders({ ...env }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let [out, err] = ['', ''];
  const waiting = new Set<() => void>();
  const notify = () => {
    for (const check of waiting) check();
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    notify();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
    notify();
  });
  const ended = once(child, 'close').then(() => child.exitCode ?? child.signalCode);
  return {
    process: child,
    out: () => out,
    err: () => err,
    shown: (pattern) =>
      new Promise((found, failed) => {
        const check = () => {
          if (pattern.test(out + err)) found();
        };
        waiting.add(check);
        check();
        void ended.then((code) => failed(new Error(`ended with ${code} before ${pattern}: ${out}${err}`)));
      }),
    ended,
  };
}

/** Runs the built program, and returns its exit code and output when it has ended. */
export async function runToEnd(
  line: string,
  env: Readonly<Record<string, string>>,
  script = built,
): Promise<{ code: number | string | null; out: string; err: string }> {
  const started = startProgram(line, env, script);
  const code = await started.ended;
  return { code, out: started.out(), err: started.err() };
}
