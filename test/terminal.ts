import { chmodSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import xterm from '@xterm/headless';
import { expect, onTestFinished } from 'vitest';
import { createTemporaryFolder } from './files/processes.ts';
import { openTerminal } from './terminal/open.ts';

export interface TerminalOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly columns?: number;
  readonly rows?: number;
}

export interface Terminal {
  type(keys: string): void;
  resize(columns: number, rows: number): void;
  /** Returns the text on the screen without the empty lines at the end. */
  screen(): string;
  /** Waits until the screen shows the text, for at most `timeout` milliseconds. */
  shows(text: string | RegExp, timeout?: number): Promise<void>;
  /** Returns all output, with its control sequences. */
  raw(): string;
  /** Resolves with the exit code when the program ends. */
  readonly ended: Promise<number>;
}

/**
 * Starts a program in a pseudo-terminal. A terminal emulator interprets the output, so that a test can read the screen.
 * The program is killed at the end of the test.
 */
export function startTerminal(file: string, args: readonly string[], options: TerminalOptions = {}): Terminal {
  const { columns: cols = 100, rows = 40, env = {} } = options;
  const emulator = new xterm.Terminal({ cols, rows, allowProposedApi: true });
  onTestFinished(() => emulator.dispose());
  const { type, resize, raw, ended } = openTerminal([file, ...args], {
    env: { PATH: process.env.PATH ?? '', TERM: 'xterm-256color', LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', ...env },
    columns: cols,
    rows,
    folder: createTemporaryFolder(),
    onText: (text) => emulator.write(text),
  });
  // Send the responses of the emulator to the program: a shell asks for the position of the cursor, and waits for the
  // response.
  emulator.onData(type);
  const screen = () => {
    const { active } = emulator.buffer;
    const lines = Array.from({ length: active.length }, (_, y) => active.getLine(y)?.translateToString(true) ?? '');
    return lines.join('\n').trimEnd();
  };
  return {
    type,
    resize(columns, height) {
      resize(columns, height);
      emulator.resize(columns, height);
    },
    screen,
    shows: (text, timeout = 30_000) => expect.poll(screen, { timeout, interval: 25 }).toMatch(text),
    raw,
    ended,
  };
}

/** Creates a folder for PATH that contains the built program as `upc`. */
export function createProgramFolder(): string {
  const folder = createTemporaryFolder();
  const file = join(folder, 'upc');
  writeFileSync(file, `#!/bin/sh\nexec '${process.execPath}' '${resolve('bin/upc.js')}' "$@"\n`);
  chmodSync(file, 0o755);
  return folder;
}
