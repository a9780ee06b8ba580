import { spawn } from '@lydell/node-pty';
import { onTestFinished } from 'vitest';

export interface OpenTerminal {
  type(keys: string): void;
  resize(columns: number, rows: number): void;
  /** All output of the program, unchanged. */
  raw(): string;
  /** Resolves with the exit code of the program when all its output has been read. */
  readonly ended: Promise<number>;
}

export interface OpenOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly columns: number;
  readonly rows: number;
  readonly folder: string;
  /** Called with each piece of output. */
  readonly onText?: (text: string) => void;
}

/** The end of the program's output: a control sequence that a terminal does not show. */
const END_OF_OUTPUT = '\u001b]upc-test;end\u0007';
const keepOpenScript = `"$@"; code=$?; printf '${END_OF_OUTPUT.replace('\u001b', '\\033').replace('\u0007', '\\007')}'
until [ "$line" = over ]; do read -r line || break; done; exit "$code"`;

/**
 * Runs a program in a pseudo-terminal, which is closed at the end of the test. A shell keeps the terminal open until
 * the test has read all output. Otherwise, node-pty would close it 200 ms after the program has ended, and a slow
 * machine would lose the last lines.
 */
export function openTerminal(command: readonly string[], options: OpenOptions): OpenTerminal {
  const { env, columns: cols, rows, folder: cwd, onText } = options;
  const child = spawn('/bin/sh', ['-c', keepOpenScript, 'sh', ...command], { cols, rows, cwd, env: { ...env } });
  let all = '';
  let isOver = false;
  child.onData((text) => {
    const before = getProgramOutput(all);
    all += text;
    onText?.(getProgramOutput(all).slice(before.length));
    if (!isOver && all.includes(END_OF_OUTPUT)) child.write('\nover\n');
    isOver ||= all.includes(END_OF_OUTPUT);
  });
  let hasExited = false;
  const ended = new Promise<number>((resolve) => {
    child.onExit(({ exitCode }) => {
      hasExited = true;
      resolve(exitCode);
    });
  });
  onTestFinished(async () => {
    if (!hasExited) child.kill('SIGKILL');
    await ended;
  });
  return {
    type: (keys) => child.write(keys),
    resize: (columns, height) => child.resize(columns, height),
    raw: () => getProgramOutput(all),
    ended,
  };
}

/**
 * Returns the output of the program, which ends at END. After END comes only the terminal's echo of what the test
 * typed.
 */
const getProgramOutput = (all: string): string => all.split(END_OF_OUTPUT, 1)[0] ?? '';
