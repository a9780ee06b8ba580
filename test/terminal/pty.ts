import { expect } from 'vitest';
import { openTerminal } from './open.ts';

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
