import type { Command } from 'commander';
import type { Context } from '../../../app/context.ts';
import { assertPtrAvailable } from '../../../domain/assert-allowed.ts';
import { isDefaultPtr } from '../../../domain/ptr.ts';
import { addHelp } from '../../../help/parts.ts';
import { outcomeView } from '../../../output/outcome.ts';
import { addBulkOptions, type BulkOptions } from '../../shared/bulk.ts';
import { type BulkChange, modifyAll } from '../../shared/bulk-modify.ts';
import { addDryRun, bulkExits } from '../../shared/change.ts';

const clearing: BulkChange = {
  words: { verb: 'cleared', label: 'Clearing PTR records' },
  change: { ptr_record: '' },
  refuse: (ip) => assertPtrAvailable(ip),
  isUnchanged: (ip) => isDefaultPtr(ip),
};

export function registerPtrClear(parent: Command, context: Context): void {
  const command = parent
    .command('clear')
    .description("Set PTR records back to UpCloud's default")
    .argument('<address...>', 'public IP addresses, or - to read them from standard input, one a line')
    .action((args: string[], options: BulkOptions & { dryRun?: boolean }) =>
      modifyAll(context, args, clearing, options),
    );
  addBulkOptions(addDryRun(command));
  addHelp(command, {
    examples: ['upc ip ptr clear 192.0.2.10 --sandbox', 'upc ip ptr clear 192.0.2.10 192.0.2.50 --sandbox --dry-run'],
    json: 'array of outcomes {address, outcome, changed, error?}, in the order of the arguments',
    columns: () => outcomeView.columns,
    exits: bulkExits,
  });
}
