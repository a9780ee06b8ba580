import {
  type AddressChange,
  createModifyRequest,
  findAddress,
  indexByAddress,
  modifyAddress,
} from '../../../api/addresses.ts';
import type { Api } from '../../../api/transport.ts';
import { defineCommand } from '../../../app/command.ts';
import type { Context } from '../../../app/context.ts';
import { ConflictError, DeclinedError, NotFoundError, UsageError } from '../../../core/errors.ts';
import { addressKey } from '../../../domain/address.ts';
import type { Address } from '../../../domain/model.ts';
import type { PtrEntry } from '../../../domain/ptr-file.ts';
import { type PtrStep, planPtr } from '../../../domain/ptr-plan.ts';
import { assertFewResets } from '../../../domain/reset-limit.ts';
import { outcomeView } from '../../../output/outcome.ts';
import { formatStepCounts, renderDiffLines } from '../../../output/ptr.ts';
import { uncoloured } from '../../../output/style.ts';
import { canAsk, createAsk } from '../../../prompt/prompt.ts';
import { type BulkJob, type BulkOptions, runBulk } from '../../shared/bulk.ts';
import { bulkExits, showRequests } from '../../shared/change.ts';
import { bulkOptions, dryRunOption } from '../../shared/inputs.ts';
import { type BackupOptions, backupNotes, backupOptions, forceOption, saveBackup } from '../../shared/ptr-backup.ts';
import {
  fetchAddressesFor,
  type PtrFileOptions,
  ptrFileArgument,
  ptrFileOptions,
  readPtrFile,
} from '../../shared/ptr-file-source.ts';

type ApplyOptions = PtrFileOptions & BulkOptions & BackupOptions & { dryRun?: boolean };

export default defineCommand<[file: string], ApplyOptions>({
  summary: 'Set the PTR records in a file; only those that differ are sent',
  arguments: [ptrFileArgument],
  options: [...ptrFileOptions, dryRunOption, ...backupOptions, ...forceOption, ...bulkOptions],
  examples: [
    "echo '192.0.2.10 web.example.org' | upc ip ptr apply - --sandbox --yes",
    'upc ip ptr export --sandbox | upc ip ptr apply - --sandbox --prune --dry-run',
  ],
  notes: [
    'The command shows the plan and asks for confirmation; without a terminal, and with - for the file, it needs --yes.',
    'If an address in the file is not on the account, nothing is sent, unless --ignore-missing is given.',
    ...backupNotes,
  ],
  json: 'array of outcomes {address, outcome, changed, error?} of the lines that differ, sorted by address',
  columns: () => outcomeView.columns,
  exits: bulkExits,
  confirmsItself: true,
  run: (context, [file], options) => runApply(context, file, options),
});

async function runApply(context: Context, file: string, options: ApplyOptions): Promise<void> {
  const { prune, ignoreMissing, dryRun } = options;
  const entries = await readPtrFile(context, file);
  if (prune && entries.length === 0) throw emptyFileError();
  const asks = !context.globals.yes && !dryRun;
  if (asks && !canAsk(context)) throw confirmationNeededError();
  const api = await context.api();
  const addresses = await fetchAddressesFor(api, entries);
  const known = indexByAddress(addresses);
  const steps = planPtr(addresses, entries, { prune });
  const changes = steps.filter(({ action }) => action !== 'unknown');
  if (!ignoreMissing) assertAllPresent(entries, steps);
  if (dryRun)
    return showRequests(
      context,
      changes.map((step) => createModifyRequest(step.address, changeOf(step))),
    );
  const resets = steps.filter(({ action }) => action === 'reset').length;
  if (prune && !options.force) assertFewResets(resets, addresses);
  if (steps.length === 0) return context.out.rows({ ...outcomeView, empty: 'Nothing to change.' }, []);
  if (asks && changes.length > 0) {
    await confirmPlan(context, changes);
    assertPlanUnchanged(steps, planPtr(await fetchAddressesFor(api, entries), entries, { prune }));
  }
  context.out.checkSettings(outcomeView);
  await saveBackup(
    context,
    changes.map(({ address }) => findAddress(known, address)),
    options,
  );
  const jobs = steps.map((step) => createJob(api, step, known));
  await runBulk(context, { verb: 'changed', label: 'Setting PTR records' }, jobs, options);
}

function createJob(api: Api, step: PtrStep, known: ReadonlyMap<string, Address>): BulkJob {
  const { address, action } = step;
  if (action === 'unknown') return { address, skip: { code: 'IP_ADDRESS_NOT_FOUND', message: 'Not on this account.' } };
  return { address, act: () => modifyAddress(api, findAddress(known, address), changeOf(step)) };
}

const changeOf = ({ to }: PtrStep): AddressChange => ({ ptr_record: to ?? '' });

async function confirmPlan(context: Context, changes: readonly PtrStep[]): Promise<void> {
  const { out } = context;
  out.note('Changes:');
  // Notes have no colour; the signs + ~ - carry the same information.
  const { palette, stderr } = out;
  const lines = renderDiffLines(changes, { ...uncoloured, symbols: palette.symbols }, stderr.columns);
  for (const line of lines) out.note(line);
  if (await createAsk(context).confirm(`Set these PTR records (${formatStepCounts(changes)})?`)) return;
  throw new DeclinedError();
}

/**
 * Checks that the plan is still as shown: the user may take long to answer.
 * @throws ConflictError if it changed
 */
function assertPlanUnchanged(shown: readonly PtrStep[], now: readonly PtrStep[]): void {
  if (JSON.stringify(now) === JSON.stringify(shown)) return;
  throw new ConflictError('The account was changed after the plan was shown.', {
    code: 'PLAN_CHANGED_MEANWHILE',
    hint: 'Nothing was sent. Run the command again to see the new plan.',
  });
}

/**
 * Returns the error for an empty file with --prune. It is more likely that a generator failed than that the user wants to
 * reset every PTR record.
 */
function emptyFileError(): UsageError {
  return new UsageError(
    'The file names no address, and --prune would reset every PTR record of the account.',
    (upc) => `Leave out --prune. To reset records, name them: ${upc('ip ptr clear <address…>')}`,
    'PTR_FILE_EMPTY',
  );
}

function confirmationNeededError(): UsageError {
  return new UsageError(
    'Setting PTR records from a file needs confirmation, but there is no terminal.',
    (upc) => `Add --yes to apply the file without asking, or see the plan first: ${upc('ip ptr plan <file>')}`,
    'CONFIRMATION_NEEDED',
  );
}

function assertAllPresent(entries: readonly PtrEntry[], steps: readonly PtrStep[]): void {
  const unknown = new Set(steps.filter(({ action }) => action === 'unknown').map(({ address }) => addressKey(address)));
  if (unknown.size === 0) return;
  const lines = entries.filter(({ address }) => unknown.has(addressKey(address)));
  throw new NotFoundError(
    lines.map(({ address, line }) => `Line ${line}: ${address} is not on this account.`),
    {
      code: 'IP_ADDRESS_NOT_FOUND',
      hint: 'Nothing was sent. Remove the lines from the file, or skip them with --ignore-missing.',
    },
  );
}
