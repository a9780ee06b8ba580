import {
  type AddressChange,
  createModifyAddressRequest,
  findAddress,
  indexByAddress,
  modifyAddress,
} from '../../../api/addresses.ts';
import type { Api } from '../../../api/transport.ts';
import { defineCommand } from '../../../app/command.ts';
import type { Context } from '../../../app/context.ts';
import { ConflictError, DeclinedError, NotFoundError, UsageError } from '../../../core/errors.ts';
import { toCanonicalAddress } from '../../../domain/address.ts';
import type { Address } from '../../../domain/model.ts';
import type { PtrEntry } from '../../../domain/ptr-file.ts';
import { type PtrStep, planPtrSteps } from '../../../domain/ptr-plan.ts';
import { assertResetCountAllowed } from '../../../domain/reset-limit.ts';
import { outcomeView } from '../../../output/outcome.ts';
import { formatStepCounts, renderPtrDiffLines } from '../../../output/ptr.ts';
import { plainPalette } from '../../../output/style.ts';
import { canAskQuestions, createPrompter } from '../../../prompt/prompt.ts';
import { type BulkJob, type BulkOptions, runBulkChange } from '../../shared/bulk.ts';
import { bulkCommandExitCodes, showDryRunRequests } from '../../shared/change.ts';
import { type BackupOptions, backupNotes, backupOptions, forceOption, savePtrBackup } from '../../shared/ptr-backup.ts';
import {
  fetchAddressesOfEntries,
  type PtrFileOptions,
  ptrFileArgument,
  ptrFileOptions,
  readPtrFile,
} from '../../shared/ptr-file-source.ts';
import { bulkOptions, dryRunOption } from '../../shared/shared-options.ts';

type ApplyOptions = PtrFileOptions & BulkOptions & BackupOptions & { dryRun?: boolean };

export default defineCommand<[file: string], ApplyOptions>({
  summary: 'Set the PTR records that a file lists; only those that differ are sent',
  arguments: [ptrFileArgument],
  options: [...ptrFileOptions, dryRunOption, ...backupOptions, ...forceOption, ...bulkOptions],
  examples: [
    "echo '192.0.2.10 web.example.org' | upc ip ptr apply - --sandbox --yes",
    'upc ip ptr export --sandbox | upc ip ptr apply - --sandbox --prune --dry-run',
  ],
  notes: [
    'The command shows the plan and asks for confirmation. Without a terminal, or with - as the file, it needs --yes.',
    'If an address in the file is not on the account, nothing is sent, unless --ignore-missing is given.',
    ...backupNotes,
  ],
  json: 'array of outcomes {address, outcome, changed, error?} of the lines that differ, sorted by address',
  columns: () => outcomeView.columns,
  exits: bulkCommandExitCodes,
  confirmsItself: true,
  run: (context, [file], options) => runPtrApply(context, file, options),
});

async function runPtrApply(context: Context, file: string, options: ApplyOptions): Promise<void> {
  const { prune, ignoreMissing, dryRun } = options;
  const entries = await readPtrFile(context, file);
  if (prune && entries.length === 0) throw createEmptyFileError();
  const asks = !context.globals.yes && !dryRun;
  if (asks && !canAskQuestions(context)) throw createConfirmationNeededError();
  const api = await context.api();
  const addresses = await fetchAddressesOfEntries(api, entries);
  const known = indexByAddress(addresses);
  const steps = planPtrSteps(addresses, entries, { prune });
  const changes = steps.filter(({ action }) => action !== 'unknown');
  if (!ignoreMissing) assertAllOnAccount(entries, steps);
  if (dryRun)
    return showDryRunRequests(
      context,
      changes.map((step) => createModifyAddressRequest(step.address, createPtrChange(step))),
    );
  const resets = steps.filter(({ action }) => action === 'reset').length;
  if (prune && !options.force) assertResetCountAllowed(resets, addresses);
  if (steps.length === 0) return context.out.rows({ ...outcomeView, empty: 'Nothing to change.' }, []);
  if (asks && changes.length > 0) {
    await confirmPtrPlan(context, changes);
    assertPlanUnchanged(steps, planPtrSteps(await fetchAddressesOfEntries(api, entries), entries, { prune }));
  }
  context.out.checkSettings(outcomeView);
  await savePtrBackup(
    context,
    changes.map(({ address }) => findAddress(known, address)),
    options,
  );
  const jobs = steps.map((step) => createPtrJob(api, step, known));
  await runBulkChange(context, { verb: 'changed', label: 'Setting PTR records' }, jobs, options);
}

function createPtrJob(api: Api, step: PtrStep, known: ReadonlyMap<string, Address>): BulkJob {
  const { address, action } = step;
  if (action === 'unknown') return { address, skip: { code: 'IP_ADDRESS_NOT_FOUND', message: 'Not on this account.' } };
  return { address, act: () => modifyAddress(api, findAddress(known, address), createPtrChange(step)) };
}

const createPtrChange = ({ to }: PtrStep): AddressChange => ({ ptr_record: to ?? '' });

async function confirmPtrPlan(context: Context, changes: readonly PtrStep[]): Promise<void> {
  const { out } = context;
  out.note('Changes:');
  // Show the changes without colour, like all notes on stderr. The signs + ~ - carry the same information.
  const { palette, stderr } = out;
  const lines = renderPtrDiffLines(changes, { ...plainPalette, symbols: palette.symbols }, stderr.columns);
  for (const line of lines) out.note(line);
  if (await createPrompter(context).confirm(`Set these PTR records (${formatStepCounts(changes)})?`)) return;
  throw new DeclinedError();
}

/**
 * Checks that the plan did not change while the user answered the question.
 * @throws ConflictError if the plan changed
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
function createEmptyFileError(): UsageError {
  return new UsageError(
    'The file names no address, and --prune would reset every PTR record of the account.',
    (upc) => `Leave out --prune. To reset records, name them: ${upc('ip ptr clear <address…>')}`,
    'PTR_FILE_EMPTY',
  );
}

function createConfirmationNeededError(): UsageError {
  return new UsageError(
    'Setting PTR records from a file needs confirmation, but there is no terminal.',
    (upc) => `Add --yes to apply the file without asking, or see the plan first: ${upc('ip ptr plan <file>')}`,
    'CONFIRMATION_NEEDED',
  );
}

function assertAllOnAccount(entries: readonly PtrEntry[], steps: readonly PtrStep[]): void {
  const unknown = new Set(
    steps.filter(({ action }) => action === 'unknown').map(({ address }) => toCanonicalAddress(address)),
  );
  if (unknown.size === 0) return;
  const lines = entries.filter(({ address }) => unknown.has(toCanonicalAddress(address)));
  throw new NotFoundError(
    lines.map(({ address, line }) => `Line ${line}: ${address} is not on this account.`),
    {
      code: 'IP_ADDRESS_NOT_FOUND',
      hint: 'Nothing was sent. Remove the lines from the file, or skip them with --ignore-missing.',
    },
  );
}
