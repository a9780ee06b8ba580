import { spawn } from '@lydell/node-pty';
import { expect, onTestFinished } from 'vitest';

export interface TerminalRun {
  /** Everything that came to the screen, as it came. */
  screen(): string;
  type(keys: string): void;
  /** Waits until the screen has this. */
  sees(text: string | RegExp): Promise<void>;
  readonly ended: Promise<number>;
}

/** Runs a line of shell in a terminal of its own; nothing of the test's environment leaks in but the path. */
export function atTerminal(script: string, env: Readonly<Record<string, string>>): TerminalRun {
  const { PATH = '' } = process.env;
  const options = { cols: 100, rows: 30, cwd: process.cwd(), env: { PATH, TERM: 'xterm-256color', ...env } };
  const terminal = spawn('/bin/sh', ['-c', script], options);
  let shown = '';
  let over = false;
  terminal.onData((text) => {
    shown += text;
  });
  const ended = new Promise<number>((resolve) => {
    terminal.onExit(({ exitCode }) => {
      over = true;
      resolve(exitCode);
    });
  });
  onTestFinished(() => {
    if (!over) terminal.kill('SIGKILL');
  });
  return {
    screen: () => shown,
    type: (keys) => terminal.write(keys),
    sees: (text) => expect.poll(() => shown, { timeout: 15_000 }).toMatch(text),
    ended,
  };
}
