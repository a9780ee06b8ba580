import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { buildSync } from 'esbuild';
import { onTestFinished } from 'vitest';

/** Creates a folder for one test, which is deleted afterwards. */
export function createTemporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'upc-test-'));
  // Windows deletes no file that a program still has open.
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
  return folder;
}

/** Bundles a .ts file into a script that Node can start. */
export function bundleScript(entry: string): string {
  const folder = createTemporaryFolder();
  const outfile = join(folder, basename(entry).replace(/\.ts$/, '.mjs'));
  buildSync({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'esm', target: 'node20' });
  // A test may run the script as another user.
  chmodSync(folder, 0o755);
  return outfile;
}

export interface Child {
  readonly process: ChildProcess;
  /** The lines that it has printed so far. */
  readonly lines: readonly string[];
  /** Resolves when the first line is printed, or when the process ends without a line. */
  readonly started: Promise<void>;
  /** Resolves with the exit code or the signal when the process has ended and all its output has been read. */
  readonly ended: Promise<number | string | null>;
}

export function startScript(script: string, args: readonly string[], user: { uid?: number; gid?: number } = {}): Child {
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'], ...user });
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (line) => lines.push(line));
  const closed = Promise.all([once(reader, 'close'), once(child, 'exit')]);
  return {
    process: child,
    lines,
    started: Promise.race([once(reader, 'line'), closed]).then(() => {}),
    ended: closed.then(() => child.exitCode ?? child.signalCode),
  };
}
