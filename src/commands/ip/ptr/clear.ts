import { defineCommand } from '../../../app/command.ts';
import { assertPtrAvailable } from '../../../domain/assert-allowed.ts';
import { addressPredicates } from '../../../domain/completion-predicates.ts';
import { hasCustomPtr, isDefaultPtr } from '../../../domain/ptr.ts';
import { assertResetCountAllowed } from '../../../domain/reset-limit.ts';
import { outcomeView } from '../../../output/outcome.ts';
import type { BulkOptions } from '../../shared/bulk.ts';
import { type BulkChange, modifyAllAddresses } from '../../shared/bulk-modify.ts';
import { bulkCommandExitCodes } from '../../shared/change.ts';
import { type BackupOptions, backupNotes, backupOptions, forceOption, savePtrBackup } from '../../shared/ptr-backup.ts';
import { bulkOptions, createAddressesArgument, dryRunOption } from '../../shared/shared-options.ts';

type ClearOptions = BulkOptions & BackupOptions & { dryRun?: boolean };

export default defineCommand<[addresses: string[]], ClearOptions>({
  summary: "Reset PTR records to UpCloud's default",
  arguments: [createAddressesArgument('public IP addresses', addressPredicates.haveOtherPtr)],
  options: [dryRunOption, ...backupOptions, ...forceOption, ...bulkOptions],
  examples: ['upc ip ptr clear 192.0.2.10 --sandbox', 'upc ip ptr clear 192.0.2.10 192.0.2.50 --sandbox --dry-run'],
  notes: ['For several addresses:', ...backupNotes],
  json: 'array of outcomes {address, outcome, changed, error?}, in the order of the arguments',
  columns: () => outcomeView.columns,
  exits: bulkCommandExitCodes,
  run: (context, [addresses], options) =>
    modifyAllAddresses(context, addresses, createPtrResetChange(options), options),
});

function createPtrResetChange(options: ClearOptions): BulkChange {
  return {
    texts: { verb: 'cleared', label: 'Clearing PTR records' },
    change: { ptr_record: '' },
    assertAllowed: (ip) => assertPtrAvailable(ip),
    isUnchanged: (ip) => isDefaultPtr(ip),
    async prepare(context, { requested, changing, all }) {
      if (!options.force) assertResetCountAllowed(changing.filter(hasCustomPtr).length, all);
      if (requested.length > 1 || options.backup !== undefined) await savePtrBackup(context, changing, options);
    },
  };
}
