import { type Command, InvalidArgumentError } from 'commander';
import type { Context } from '../../../app/context.ts';
import { assertPolicyAvailable } from '../../../domain/assert-allowed.ts';
import { addHelp } from '../../../help/parts.ts';
import { outcomeView } from '../../../output/outcome.ts';
import { addBulkOptions, type BulkOptions } from '../../shared/bulk.ts';
import { type BulkChange, modifyAll } from '../../shared/bulk-modify.ts';
import { addDryRun, bulkExits } from '../../shared/change.ts';

type Policy = 'keep' | 'release';

export function registerPolicySet(parent: Command, context: Context): void {
  const command = parent
    .command('set')
    .description('Set what happens to addresses when what they depend on is deleted')
    .argument('<policy>', 'keep (they become detached floating IPs) or release (they are lost, too)', parsePolicy)
    .argument('<address...>', 'public IPv4 addresses, or - to read them from standard input, one a line')
    .action((policy: Policy, args: string[], options: BulkOptions & { dryRun?: boolean }) =>
      modifyAll(context, args, settingTo(policy), options),
    );
  addBulkOptions(addDryRun(command));
  addHelp(command, {
    examples: [
      'upc ip policy set keep 192.0.2.10 --sandbox',
      'upc ip list --sandbox --floating --policy release -q | upc ip policy set keep - --sandbox',
    ],
    json: 'array of outcomes {address, outcome, changed, error?}, in the order of the arguments',
    columns: () => outcomeView.columns,
    exits: bulkExits,
  });
}

function parsePolicy(text: string): Policy {
  if (text === 'keep' || text === 'release') return text;
  throw new InvalidArgumentError('A release policy is keep or release.');
}

function settingTo(policy: Policy): BulkChange {
  return {
    words: { verb: `set to ${policy}`, label: 'Setting policies' },
    change: { release_policy: policy },
    refuse: assertPolicyAvailable,
    isUnchanged: (ip) => ip.release_policy === policy,
  };
}
