import type { Command } from 'commander';
import type { Context } from '../../context.ts';
import { registerList } from './list.ts';
import { registerShow } from './show.ts';
import { registerTree } from './tree.ts';

export function registerIp(parent: Command, context: Context): void {
  const ip = parent
    .command('ip')
    .description('IP addresses: list, assign, release, floating IPs, reverse DNS, release policy')
    .usage('<command> [options]');
  registerList(ip, context);
  registerShow(ip, context);
  registerTree(ip, context);
}
