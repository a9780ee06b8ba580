import type { Command } from 'commander';
import type { Context } from '../../context.ts';
import { registerReset } from './reset.ts';
import { registerServe } from './serve.ts';
import { registerSet } from './set.ts';
import { registerStatus } from './status.ts';

export function registerSandbox(parent: Command, context: Context): void {
  const sandbox = parent
    .command('sandbox')
    .description('The local simulator of the API: serve it, look at it, reset it, rehearse with it')
    .usage('<command> [options]');
  registerServe(sandbox, context);
  registerStatus(sandbox, context);
  registerReset(sandbox, context);
  registerSet(sandbox, context);
}
