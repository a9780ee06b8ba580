import { type ChildProcess, spawn } from 'node:child_process';
import type { Env } from '../core/environment.ts';
import { getErrorCode } from '../core/error-code.ts';
import { createOutputTail } from './output-tail.ts';

export interface ShellOptions {
  readonly env: Env;
  /** The time limit. Without a limit, the command runs until it ends or `stop` is aborted. */
  readonly timeoutMs?: number;
  /** When this signal is aborted, the command and the processes that it started are killed. */
  readonly stop: AbortSignal;
  /** Whether to return the last lines of stdout and stderr. Otherwise, the output is discarded. */
  readonly keepOutput?: boolean;
}

export interface ShellResult {
  readonly ok: boolean;
  readonly detail: string;
  /** The last lines of stdout and stderr; empty without `keepOutput`. */
  readonly output: readonly string[];
}

/** How long to wait for the end of the output after the command has ended. A background process may keep the output open. */
const OUTPUT_GRACE_MS = 200;

/**
 * How long to wait for the end of a killed command. A command that hangs in the kernel, for example on a dead disk, never
 * ends.
 */
const KILL_GRACE_MS = 1_000;

/**
 * Runs a command line in the shell. The command gets its own process group, so that a time-out or a stop also kills the
 * processes that the command started. Never rejects.
 */
export function runShellCommand(
  command: string,
  { env, timeoutMs, stop, keepOutput = false }: ShellOptions,
): Promise<ShellResult> {
  if (stop.aborted) return Promise.resolve({ ok: false, detail: 'stopped', output: [] });
  let child: ChildProcess;
  try {
    child = startShell(command, env, keepOutput);
  } catch (error) {
    return Promise.resolve({ ok: false, detail: formatStartFailure(error), output: [] });
  }
  const tail = createOutputTail();
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', tail.add);
  return new Promise((resolve) => {
    let cut: string | undefined;
    const createKillHandler = (why: string) => () => {
      cut ??= why;
      killProcessGroup(child);
      leaving ??= setTimeout(() => {
        stopWaitingForChild(child);
        end(undefined);
      }, KILL_GRACE_MS);
    };
    let leaving: NodeJS.Timeout | undefined;
    const onStop = createKillHandler('stopped');
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(createKillHandler(`did not end within ${timeoutMs / 1_000} s`), timeoutMs);
    stop.addEventListener('abort', onStop, { once: true });
    const end = (detail: string | undefined) => {
      clearTimeout(timer);
      clearTimeout(leaving);
      stop.removeEventListener('abort', onStop);
      resolve({
        ok: cut === undefined && detail === undefined,
        detail: cut ?? detail ?? 'exit status 0',
        output: tail.lines(),
      });
    };
    child.once('error', (error) => end(formatStartFailure(error)));
    child.once('exit', (code, signal) => {
      const detail = code === 0 ? undefined : signal ? `ended by ${signal}` : `exit status ${code}`;
      void waitUntilOutputClosed(child).then(() => end(detail));
    });
  });
}

/**
 * Starts the shell. Most failures are reported later, by the child's `error` event.
 * @throws Error if the shell cannot be started at all, for example because the line is too long
 */
function startShell(command: string, env: ShellOptions['env'], keepOutput: boolean): ChildProcess {
  const output = keepOutput ? 'pipe' : 'ignore';
  return spawn(command, {
    shell: true,
    detached: process.platform !== 'win32',
    windowsHide: true,
    stdio: ['ignore', output, output],
    env: { ...env },
  });
}

const formatStartFailure = (error: unknown): string =>
  `the shell could not be started (${getErrorCode(error) || 'unknown error'})`;

function waitUntilOutputClosed(child: ChildProcess): Promise<void> {
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

/** Detaches the child, so that this process can end while the child still runs. */
function stopWaitingForChild(child: ChildProcess): void {
  child.unref();
  child.stdout?.destroy();
  child.stderr?.destroy();
}

function killProcessGroup(child: ChildProcess): void {
  try {
    if (child.pid === undefined) return;
    if (process.platform !== 'win32') return void process.kill(-child.pid, 'SIGKILL');
    // Windows has no process groups. With /t, taskkill also ends the child's descendants.
    const killer = spawn('taskkill', ['/pid', String(child.pid), '/t', '/f'], { stdio: 'ignore', windowsHide: true });
    killer.on('error', () => child.kill('SIGKILL'));
  } catch {
    // Ignore the error: the group has already ended, or it belongs to another user, so this process may not kill it.
  }
}
