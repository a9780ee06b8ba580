import { type ChildProcess, spawn } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { withWindowsFolders } from '../fixture.ts';
import { createProgramCommand } from '../program.ts';

export interface ProgramResult {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface RunningProgram {
  readonly process: ChildProcess;
  readonly ended: Promise<ProgramResult>;
}

interface ProgramOptions {
  readonly stdin?: 'ignore' | 'pipe';
  /** A file descriptor to use as stdout. By default, stdout is a pipe that the test reads. */
  readonly stdout?: number | 'pipe';
}

/** Starts the built program, which is killed at the end of the test. */
export function startProgram(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  { stdin = 'ignore', stdout = 'pipe' }: ProgramOptions = {},
): RunningProgram {
  const [file, ...first] = createProgramCommand();
  const child = spawn(file, [...first, ...args], {
    env: withWindowsFolders({ PATH: process.env.PATH ?? '', HOME: '/nonexistent', ...env }),
    stdio: [stdin, stdout, 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  if (stdout === 'pipe') child.stdout?.on('data', (chunk: Buffer) => void out.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => void err.push(chunk));
  const text = (chunks: readonly Buffer[]) => Buffer.concat(chunks).toString('utf8');
  const ended = new Promise<ProgramResult>((resolve) =>
    child.once('close', (code) => resolve({ code, out: text(out), err: text(err) })),
  );
  return { process: child, ended };
}
