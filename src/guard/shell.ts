import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { codeOf } from '../files/error-code.ts';

export interface ShellOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs: number;
  /** Ends the command and all that it started. */
  readonly stop: AbortSignal;
  /** Gets stdout and stderr line by line; without it they go nowhere. */
  readonly onLine?: (line: string) => void;
}

export type ShellResult = { readonly ok: boolean; readonly detail: string };

/** A command that left something running in the background may hold its output open; it is not waited for longer. */
const OUTPUT_GRACE_MS = 200;

/** Runs a command line through the shell, in a process group of its own, which a time-out or a stop kills as a whole. */
export function runShell(line: string, { env, timeoutMs, stop, onLine }: ShellOptions): Promise<ShellResult> {
  if (stop.aborted) return Promise.resolve({ ok: false, detail: 'stopped' });
  const output = onLine ? 'pipe' : 'ignore';
  const child = spawn(line, {
    shell: true,
    detached: process.platform !== 'win32',
    windowsHide: true,
    stdio: ['ignore', output, output],
    env: { ...env },
  });
  for (const stream of [child.stdout, child.stderr]) if (stream && onLine) readLines(stream, onLine);
  return new Promise((resolve) => {
    let cut: string | undefined;
    const kill = (why: string) => () => {
      cut ??= why;
      killGroup(child);
    };
    const onStop = kill('stopped');
    const timer = setTimeout(kill(`no end within ${timeoutMs / 1_000} s`), timeoutMs);
    stop.addEventListener('abort', onStop, { once: true });
    const end = (detail: string | undefined) => {
      clearTimeout(timer);
      stop.removeEventListener('abort', onStop);
      resolve({ ok: cut === undefined && detail === undefined, detail: cut ?? detail ?? 'exit status 0' });
    };
    child.once('error', (error) => end(`the shell could not be started (${codeOf(error) || 'unknown error'})`));
    child.once('exit', (code, signal) => {
      const detail = code === 0 ? undefined : signal ? `ended by ${signal}` : `exit status ${code}`;
      void drained(child).then(() => end(detail));
    });
  });
}

function readLines(input: Readable, onLine: (line: string) => void): void {
  createInterface({ input }).on('line', onLine);
}

function drained(child: ChildProcess): Promise<void> {
  const streams = [child.stdout, child.stderr].filter((stream) => stream !== null);
  if (streams.every((stream) => stream.closed)) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      for (const stream of streams) stream.destroy();
      resolve();
    };
    const timer = setTimeout(done, OUTPUT_GRACE_MS);
    child.once('close', done);
  });
}

function killGroup(child: ChildProcess): void {
  try {
    if (child.pid === undefined) return;
    if (process.platform !== 'win32') return void process.kill(-child.pid, 'SIGKILL');
    // Windows has no groups: its own list of processes tells who was started by whom.
    const killer = spawn('taskkill', ['/pid', String(child.pid), '/t', '/f'], { stdio: 'ignore', windowsHide: true });
    killer.on('error', () => child.kill('SIGKILL'));
  } catch {
    // It ended by itself in this very moment.
  }
}
