import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';
import { createTemporaryFolder } from '../files/processes.ts';
import { IP } from '../guard/guard-fixture.ts';

type NodeSettings = Readonly<Record<string, string>>;

export interface ProgramResult {
  readonly code: number | string | null;
  readonly out: string;
  readonly err: string;
}

/**
 * One of the two simulated servers. Each has the built program, a `logger` that writes to a file, and a configuration
 * file.
 */
export interface FailoverNode {
  /** The path of the configuration file, which is /etc/upcloud-ip/failover.env on a real server. */
  readonly config: string;
  /** The settings in the configuration file. */
  readonly settings: NodeSettings;
  /** The path of the program upc. */
  readonly program: string;
  /** Returns what the server has written to syslog. */
  syslog(): string;
  /** Starts a program with only this environment, as a daemon does. */
  start(argv: readonly string[], env?: Readonly<Record<string, string>>): RunningNodeProgram;
  run(argv: readonly string[], env?: Readonly<Record<string, string>>): Promise<ProgramResult>;
}

export interface RunningNodeProgram {
  readonly ended: Promise<ProgramResult>;
  err(): string;
  kill(signal: NodeJS.Signals): void;
}

/**
 * Creates one of the two servers.
 * @param self the value of UPC_SELF, the only setting in which the two configurations differ
 * @param settings the other settings
 */
export function createNode(self: string, settings: NodeSettings): FailoverNode {
  const folder = createTemporaryFolder();
  mkdirSync(join(folder, 'bin'));
  const log = join(folder, 'syslog');
  writeShellScript(join(folder, 'bin/upc'), `exec '${process.execPath}' '${resolve('bin/upc.js')}' "$@"`);
  writeShellScript(
    join(folder, 'bin/logger'),
    `{ [ -p /dev/stdin ] && [ "$1 $#" = '-t 2' ] && cat || echo "$*"; } >>'${log}'`,
  );
  const shared: NodeSettings = {
    PATH: `${join(folder, 'bin')}:/usr/bin:/bin`,
    FAILOVER_ADDRESSES: IP,
    FAILOVER_PRIMARY: 'web-1',
    FAILOVER_STANDBY: 'web-2',
    FAILOVER_RETRY_WAIT: '0.1',
    FAILOVER_STATE_DIR: join(folder, 'run'),
    ...settings,
    UPC_SELF: self,
  };
  const config = join(folder, 'failover.env');
  const lines = Object.entries(shared).map(([name, value]) => `${name}="${value}"\n`);
  writeFileSync(config, lines.join(''), { mode: 0o600 });
  const start = ([command = '', ...args]: readonly string[], env: NodeSettings = {}): RunningNodeProgram => {
    const child = spawn(command, args, { env: { ...env }, stdio: ['ignore', 'pipe', 'pipe'], cwd: '/' });
    onTestFinished(() => void child.kill('SIGKILL'));
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text;
    });
    const ended = once(child, 'close').then(() => ({ code: child.exitCode ?? child.signalCode, out, err }));
    return { ended, err: () => err, kill: (signal) => void child.kill(signal) };
  };
  return {
    config,
    settings: shared,
    program: join(folder, 'bin/upc'),
    syslog: () => (existsSync(log) ? readFileSync(log, 'utf8') : ''),
    start,
    run: (argv, env) => start(argv, env).ended,
  };
}

function writeShellScript(path: string, text: string): void {
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
}
