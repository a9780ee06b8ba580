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
  // Windows cannot delete a file while a program has it open, so try several times.
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
  return folder;
}

/** Bundles a .ts file into a script for Node. */
export function bundleScript(entry: string): string {
  const folder = createTemporaryFolder();
  const outfile = join(folder, basename(entry).replace(/\.ts$/, '.mjs'));
  buildSync({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'esm', target: 'node20' });
  // Other users must be able to read the script, because a test may run it as another user.
  chmodSync(folder, 0o755);
  return outfile;
}

export interface ScriptProcess {
  readonly process: ChildProcess;
  /** The lines that the process has printed so far. */
  readonly lines: readonly string[];
  /** Resolves when the process has printed its first line, or has ended without one. */
  readonly started: Promise<void>;
  /** Resolves with the exit code or the signal when the process has ended and all its output has been read. */
  readonly ended: Promise<number | string | null>;
}

export function startScript(
  script: string,
  args: readonly string[],
  user: { uid?: number; gid?: number } = {},
): ScriptProcess {
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
