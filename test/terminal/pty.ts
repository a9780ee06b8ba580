import { expect } from 'vitest';
import { openTerminal } from './open.ts';

export interface TerminalRun {
  /** Returns all output so far, with its control sequences. */
  screen(): string;
  type(keys: string): void;
  /** Waits until the screen shows the text. */
  sees(text: string | RegExp): Promise<void>;
  readonly ended: Promise<number>;
}

/** Runs a shell command in a new terminal. Of the test's own environment variables, only PATH is passed on. */
export function runAtTerminal(script: string, env: Readonly<Record<string, string>>): TerminalRun {
  const { PATH = '' } = process.env;
  const { type, raw, ended } = openTerminal(['/bin/sh', '-c', script], {
    env: { PATH, TERM: 'xterm-256color', ...env },
    columns: 100,
    rows: 30,
    folder: process.cwd(),
  });
  return {
    screen: raw,
    type,
    sees: (text) => expect.poll(raw, { timeout: 30_000 }).toMatch(text),
    ended,
  };
}
