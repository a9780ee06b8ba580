import { defineCommand } from '../../../app/command.ts';
import { assertPolicyAvailable } from '../../../domain/assert-allowed.ts';
import { addressPredicates } from '../../../domain/completion-predicates.ts';
import { outcomeView } from '../../../output/outcome.ts';
import type { BulkOptions } from '../../shared/bulk.ts';
import { type BulkChange, modifyAllAddresses } from '../../shared/bulk-modify.ts';
import { bulkCommandExitCodes } from '../../shared/change.ts';
import { bulkOptions, createAddressesArgument, dryRunOption } from '../../shared/shared-options.ts';

type Policy = 'keep' | 'release';

export default defineCommand<[policy: Policy, addresses: string[]], BulkOptions & { dryRun?: boolean }>({
  summary: 'Set what happens to addresses when their server or service is deleted',
  arguments: [
    {
      name: '<policy>',
      description: 'keep (the addresses become detached floating IPs) or release (the addresses are lost)',
      choices: ['keep', 'release'],
    },
    createAddressesArgument('public IPv4 addresses', addressPredicates.haveOtherPolicy),
  ],
  options: [dryRunOption, ...bulkOptions],
  examples: [
    'upc ip policy set keep 192.0.2.10 --sandbox',
    'upc ip list --sandbox --floating --policy release -q | upc ip policy set keep - --sandbox',
  ],
  json: 'array of outcomes {address, outcome, changed, error?}, in the order of the arguments',
  columns: () => outcomeView.columns,
  exits: bulkCommandExitCodes,
  run: (context, [policy, addresses], options) =>
    modifyAllAddresses(context, addresses, createPolicyChange(policy), options),
});

function createPolicyChange(policy: Policy): BulkChange {
  return {
    texts: { verb: `set to ${policy}`, label: 'Setting policies' },
    change: { release_policy: policy },
    assertAllowed: assertPolicyAvailable,
    isUnchanged: (ip) => ip.release_policy === policy,
  };
}
