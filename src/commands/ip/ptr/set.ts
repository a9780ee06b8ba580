import { getAddressByAnySpelling } from '../../../api/addresses.ts';
import { defineCommand } from '../../../app/command.ts';
import type { Context } from '../../../app/context.ts';
import { fetchNamesIfPossible } from '../../../app/lookup.ts';
import { UsageError } from '../../../core/errors.ts';
import { chooseShellSafeWord } from '../../../core/shell-safe-word.ts';
import { parseAddress } from '../../../domain/address.ts';
import { assertPtrAvailable } from '../../../domain/assert-allowed.ts';
import { addressPredicates } from '../../../domain/completion-predicates.ts';
import { parseHostname } from '../../../domain/hostname.ts';
import { isSamePtr } from '../../../domain/ptr.ts';
import { noNames } from '../../../output/address.ts';
import { outcomeView } from '../../../output/outcome.ts';
import type { BulkOptions } from '../../shared/bulk.ts';
import { type BulkChange, modifyAllAddresses } from '../../shared/bulk-modify.ts';
import { bulkCommandExitCodes, changeOneAddress } from '../../shared/change.ts';
import { createResolverOption, parseWaitDuration } from '../../shared/dns-options.ts';
import { type BackupOptions, backupNotes, backupOptions, savePtrBackup } from '../../shared/ptr-backup.ts';
import { bulkOptions, dryRunOption } from '../../shared/shared-options.ts';
import { type WaitOptions, waitForPtrInDns } from '../../shared/wait-for-dns.ts';

type SetOptions = BulkOptions & WaitOptions & BackupOptions & { readonly dryRun?: boolean };

export default defineCommand<[address: string, rest: string[]], SetOptions>({
  summary: 'Set the PTR record of one address, or the same record for several',
  usage: '<address...> <hostname>',
  arguments: [
    {
      name: '<address>',
      description: 'public IP addresses, or - to read them from standard input, one per line',
      source: { addresses: addressPredicates.havePtr },
    },
    {
      name: '<hostname...>',
      description:
        'a fully qualified domain name, after the last address; international names are converted to Punycode (xn--)',
      question: 'Hostname',
      check: parseHostname,
      completion: { addresses: addressPredicates.havePtr },
    },
  ],
  options: [
    {
      flags: '--wait [seconds]',
      description:
        'then check DNS until it has the record and the name points back to the address, for at most this many seconds (default: 300)',
      parse: parseWaitDuration,
    },
    createResolverOption('with --wait: '),
    dryRunOption,
    ...backupOptions,
    ...bulkOptions,
  ],
  examples: [
    'upc ip ptr set 192.0.2.10 www.example.org --sandbox',
    'upc ip ptr set 192.0.2.10 192.0.2.50 www.example.org --sandbox',
    'upc ip ptr set 192.0.2.10 mail.example.com --sandbox --dry-run',
  ],
  notes: [
    'To reset PTR records to the default: `upc ip ptr clear`.',
    'For several addresses:',
    ...backupNotes,
    'The time of --wait is in addition to --timeout. With --wait, the command queries real DNS, even with --sandbox.',
  ],
  json: 'one address, with changed: bool; for several addresses, or -, an array of outcomes',
  columns: () => outcomeView.columns,
  exits: [...bulkCommandExitCodes, [10, 'with --wait: the PTR record is set, but DNS did not confirm it in time']],
  run: (context, [address, rest], options) => setPtrRecords(context, [address, ...rest], options),
});

async function setPtrRecords(context: Context, args: readonly string[], options: SetOptions): Promise<void> {
  const addresses = args.slice(0, -1);
  const hostname = parseHostnameArgument(context, args.at(-1) ?? '', addresses);
  if (options.resolver !== undefined && options.wait === undefined)
    throw new UsageError('--resolver works only with --wait.', 'Add --wait, or leave out --resolver.');
  const [only] = addresses;
  if (addresses.length === 1 && only !== undefined && only !== '-')
    return setOnePtrRecord(context, only, hostname, options);
  const change: BulkChange = {
    texts: { verb: 'set', label: 'Setting PTR records' },
    change: { ptr_record: hostname },
    assertAllowed: assertPtrAvailable,
    isUnchanged: (ip) => isSamePtr(ip.ptr_record, hostname),
    prepare: (command, { changing }) => savePtrBackup(command, changing, options),
    finish: (all) =>
      waitForPtrInDns(
        context,
        all.map((ip) => ({ ...ip, ptr_record: hostname })),
        options,
      ),
  };
  return modifyAllAddresses(context, addresses, change, options);
}

/**
 * Returns the hostname as it is sent to the API. Prints a note if the hostname is sent in another spelling.
 * @throws UsageError
 */
function parseHostnameArgument({ out }: Context, text: string, [address = '']: readonly string[]): string {
  if (text.trim() === '') {
    throw new UsageError(
      'The hostname is empty.',
      (upc) => `Reset it to the default: ${upc(`ip ptr clear ${chooseShellSafeWord('address', address)}`)}`,
      'PTR_RECORD_INVALID',
    );
  }
  const hostname = parseHostname(text);
  if (hostname !== text.toLowerCase().replace(/\.$/, '')) out.note(`The hostname '${text}' is sent as ${hostname}.`);
  return hostname;
}

async function setOnePtrRecord(context: Context, text: string, ptr_record: string, options: SetOptions): Promise<void> {
  const { dryRun } = options;
  const { canonical } = parseAddress(text);
  const api = await context.api();
  // Fetch the names now, not after the change: a slow or failed request must not delay or prevent the report of the change.
  const [ip, names] = await Promise.all([
    getAddressByAnySpelling(api, canonical),
    context.out.settings.format === 'table' ? fetchNamesIfPossible(api) : noNames,
  ]);
  assertPtrAvailable(ip);
  const isUnchanged = isSamePtr(ip.ptr_record, ptr_record);
  const message = isUnchanged
    ? `The PTR record of ${ip.address} is already ${ptr_record} (unchanged).`
    : `Set the PTR record of ${ip.address} to ${ptr_record}.`;
  await changeOneAddress(context, api, ip, { change: { ptr_record }, isUnchanged, dryRun, names, message });
  if (!dryRun) await waitForPtrInDns(context, [{ ...ip, ptr_record }], options);
}
