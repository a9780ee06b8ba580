import type { Command } from 'commander';
import type { Context } from '../../context.ts';

export function registerSandbox(parent: Command, _context: Context): void {
  parent.command('sandbox').description('The local simulator of the API');
}
