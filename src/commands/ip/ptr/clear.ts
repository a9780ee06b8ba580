import { defineCommand } from '../../../app/command.ts';
import { assertPtrAvailable } from '../../../domain/assert-allowed.ts';
import { isDefaultPtr } from '../../../domain/ptr.ts';
import { outcomeView } from '../../../output/outcome.ts';
import type { BulkOptions } from '../../shared/bulk.ts';
import { type BulkChange, modifyAll } from '../../shared/bulk-modify.ts';
import { bulkExits } from '../../shared/change.ts';
import { addressesArgument, bulkOptions, dryRunOption, suitable } from '../../shared/inputs.ts';

const clearing: BulkChange = {
  words: { verb: 'cleared', label: 'Clearing PTR records' },
  change: { ptr_record: '' },
  refuse: (ip) => assertPtrAvailable(ip),
  isUnchanged: (ip) => isDefaultPtr(ip),
};

export default defineCommand<[addresses: string[]], BulkOptions & { dryRun?: boolean }>({
  summary: "Reset PTR records to UpCloud's default",
  arguments: [addressesArgument('public IP addresses', suitable.public)],
  options: [dryRunOption, ...bulkOptions],
  examples: ['upc ip ptr clear 192.0.2.10 --sandbox', 'upc ip ptr clear 192.0.2.10 192.0.2.50 --sandbox --dry-run'],
  json: 'array of outcomes {address, outcome, changed, error?}, in the order of the arguments',
  columns: () => outcomeView.columns,
  exits: bulkExits,
  run: (context, [addresses], options) => modifyAll(context, addresses, clearing, options),
});
