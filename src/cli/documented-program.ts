import { PassThrough } from 'node:stream';
import type { Command } from 'commander';
import { createContext } from '../app/context.ts';
import { createProgram } from './root.ts';

/**
 * The tree of commands as the build reads it for the manual page and the help that it writes beforehand; it runs nothing.
 * @param columns of the terminal that help is laid out for
 */
export function documentedProgram(columns?: number): Command {
  const never = new AbortController().signal;
  const stdout = Object.assign(new PassThrough(), columns === undefined ? {} : { columns });
  const streams = { stdin: new PassThrough(), stdout, stderr: new PassThrough() };
  const interrupt = { stopping: never, ending: never, signal: () => 'SIGINT' as const };
  const context = createContext({ env: {}, ...streams, platform: 'linux', interrupt }, () => ({
    headers: true,
    timeout: 60,
    color: 'never',
  }));
  return createProgram(context);
}
