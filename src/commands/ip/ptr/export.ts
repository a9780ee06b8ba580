import { listAddresses } from '../../../api/addresses.ts';
import { defineCommand } from '../../../app/command.ts';
import type { Context } from '../../../app/context.ts';
import { isHostname } from '../../../domain/hostname.ts';
import { hasCustomPtr } from '../../../domain/ptr.ts';
import { sortByAddress } from '../../../domain/ptr-plan.ts';
import { readOnlyCommandExitCodes } from '../../../help/sections.ts';
import { sortRows } from '../../../output/columns.ts';
import { formatHostsLine, type PtrRecord, ptrRecordView } from '../../../output/ptr.ts';

export default defineCommand<[], { custom?: boolean }>({
  summary: 'Write the PTR records of all public addresses as lines of address and hostname',
  options: [{ flags: '--custom', description: "leave out UpCloud's default PTR records" }],
  examples: [
    'upc ip ptr export --sandbox',
    'upc ip ptr export --sandbox --custom',
    'upc ip ptr export --sandbox | upc ip ptr plan - --sandbox --prune --exit-code',
  ],
  notes: [
    '`upc ip ptr plan` and `upc ip ptr apply` accept this output as a file, as text and as CSV (-o csv).',
    '-o table prints a table instead.',
  ],
  json: 'array of {address, ptr_record}, sorted by address',
  columns: () => ptrRecordView.columns,
  exits: readOnlyCommandExitCodes,
  run: (context, _args, options) => runPtrExport(context, options),
});

async function runPtrExport(context: Context, { custom }: { custom?: boolean }): Promise<void> {
  const { out } = context;
  const addresses = await listAddresses(await context.api());
  const records = sortByAddress(addresses.filter((ip) => ip.access === 'public' && (!custom || hasCustomPtr(ip)))).map(
    ({ address, ptr_record }) => ({ address, ptr_record }),
  );
  if (!isFileRequested(context)) return out.rows(ptrRecordView, records);
  if (records.length === 0) return out.note(ptrRecordView.empty);
  warnOfUnwritableRecords(context, records);
  await out.text(sortRows(ptrRecordView, records, out.settings.sort).map(formatHostsLine).join(''));
}

/**
 * Returns true unless the command line requests a format, columns or `-q`. Ignores the format of a profile or UPC_OUTPUT: the
 * user chose it for lists, but this command writes a file for `ip ptr apply`.
 */
function isFileRequested({ globals, out: { settings } }: Context): boolean {
  return !globals.json && globals.output === undefined && !settings.quiet && settings.columns === undefined;
}

function warnOfUnwritableRecords({ out }: Context, records: readonly PtrRecord[]): void {
  for (const { address, ptr_record: name } of records) {
    if (name === '' || isHostname(name)) continue;
    out.warn(
      `The PTR record of ${address} is not a valid hostname, so its line is a comment. With such a file, \`ip ptr apply --prune\` would reset the record.`,
    );
  }
}
