import type { Command } from 'commander';
import type { Context } from '../../context.ts';
import { groupCommands } from '../help.ts';
import { registerAssign } from './assign.ts';
import { registerAudit } from './audit.ts';
import { registerAttach } from './float/attach.ts';
import { registerCreate } from './float/create.ts';
import { registerDetach } from './float/detach.ts';
import { registerGuard } from './float/guard.ts';
import { registerFloatList } from './float/list.ts';
import { registerMove } from './float/move.ts';
import { registerList } from './list.ts';
import { registerPolicySet } from './policy/set.ts';
import { registerPtrApply } from './ptr/apply.ts';
import { registerPtrCheck } from './ptr/check.ts';
import { registerPtrClear } from './ptr/clear.ts';
import { registerPtrExport } from './ptr/export.ts';
import { registerPtrList } from './ptr/list.ts';
import { registerPtrPlan } from './ptr/plan.ts';
import { registerPtrSet } from './ptr/set.ts';
import { registerRelease } from './release.ts';
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
  registerAudit(ip, context);
  registerAssign(ip, context);
  registerRelease(ip, context);
  registerFloat(ip, context);
  registerPtr(ip, context);
  registerPolicy(ip, context);
  groupCommands(ip, {
    'Look:': ['list', 'show', 'tree', 'audit'],
    'Change:': ['assign', 'release', 'float', 'ptr', 'policy'],
  });
}

function registerFloat(ip: Command, context: Context): void {
  const float = ip
    .command('float')
    .description('Floating IPs: create, attach, move between servers, detach')
    .usage('<command> [options]');
  registerFloatList(float, context);
  registerCreate(float, context);
  registerAttach(float, context);
  registerMove(float, context);
  registerDetach(float, context);
  registerGuard(float, context);
}

function registerPtr(ip: Command, context: Context): void {
  const ptr = ip.command('ptr').description('Reverse DNS: PTR records').usage('<command> [options]');
  registerPtrSet(ptr, context);
  registerPtrClear(ptr, context);
  registerPtrList(ptr, context);
  registerPtrExport(ptr, context);
  registerPtrPlan(ptr, context);
  registerPtrApply(ptr, context);
  registerPtrCheck(ptr, context);
}

function registerPolicy(ip: Command, context: Context): void {
  const policy = ip
    .command('policy')
    .description('Release policy: what happens to an address with its server')
    .usage('<command> [options]');
  registerPolicySet(policy, context);
}
