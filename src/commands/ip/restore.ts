import { createModifyAddressRequest, getAddress, listAddresses, modifyAddress } from '../../api/addresses.ts';
import { listServers } from '../../api/servers.ts';
import type { Api } from '../../api/transport.ts';
import { defineCommand } from '../../app/command.ts';
import type { Context } from '../../app/context.ts';
import { createNameIndex } from '../../app/lookup.ts';
import { ConflictError, DeclinedError, UsageError } from '../../core/errors.ts';
import {
  type Difference,
  diffAccount,
  diffAddress,
  planRestore,
  type RestorableKind,
  type RestoreStep,
  restorableKinds,
} from '../../domain/account-diff.ts';
import type { Address, Server } from '../../domain/model.ts';
import { createDifferenceView, formatDifferenceCounts } from '../../output/account-diff.ts';
import { outcomeView } from '../../output/outcome.ts';
import { canAskQuestions, createPrompter } from '../../prompt/prompt.ts';
import { type BulkJob, type BulkOptions, runBulkChange } from '../shared/bulk.ts';
import { bulkCommandExitCodes, showDryRunRequests } from '../shared/change.ts';
import { bulkOptions, dryRunOption } from '../shared/shared-options.ts';
import { readSnapshot, snapshotArgument } from '../shared/snapshot-file.ts';

interface RestoreOptions extends BulkOptions {
  readonly only: readonly RestorableKind[];
  readonly dryRun?: boolean;
}

export default defineCommand<[snapshot: string], RestoreOptions>({
  summary: 'Restore attachments, PTR records and release policies from an earlier snapshot',
  arguments: [snapshotArgument],
  options: [
    {
      flags: '--only <what>',
      description: `restore only these kinds of differences, separated by commas: ${restorableKinds.join(', ')}`,
      parse: parseDifferenceKinds,
      default: restorableKinds,
      suggestions: restorableKinds,
    },
    dryRunOption,
    ...bulkOptions,
  ],
  examples: [
    'upc ip list --sandbox --json | upc ip restore - --sandbox --dry-run',
    'upc ip restore before.json --only attachment --yes',
  ],
  notes: [
    'The command shows the differences and asks for confirmation. Without a terminal, or with - as the file, it needs --yes.',
    'An address is changed only if it has not changed since it was shown. New addresses are left unchanged. What cannot be',
    'restored, such as a released address, is reported as skipped.',
  ],
  json: 'array of outcomes {address, outcome, changed, error?} of the addresses that differ, sorted by address',
  columns: () => outcomeView.columns,
  exits: bulkCommandExitCodes,
  confirmsItself: true,
  run: restoreSnapshot,
});

function parseDifferenceKinds(text: string): RestorableKind[] {
  const kinds = text.split(',').map((one) => one.trim().toLowerCase());
  const unknown = kinds.find((kind) => !restorableKinds.some((known) => known === kind));
  if (unknown === undefined) return kinds as RestorableKind[];
  throw new UsageError(`Unknown kind '${unknown}' for --only.`, `Known kinds: ${restorableKinds.join(', ')}`);
}

async function restoreSnapshot(context: Context, [source]: [string], options: RestoreOptions): Promise<void> {
  const asks = !context.globals.yes && !options.dryRun;
  if (asks && !canAskQuestions(context)) throw createConfirmationNeededError();
  const snapshot = await readSnapshot(context, source);
  const api = await context.api();
  const [current, servers] = await Promise.all([listAddresses(api), listServers(api)]);
  const differences = diffAccount(snapshot, current);
  const existing = new Set(servers.map(({ uuid }) => uuid));
  const steps = planRestore(differences, current, new Set(options.only)).map((step) =>
    skipIfServerDeleted(step, existing),
  );
  if (options.dryRun) {
    return showDryRunRequests(
      context,
      steps.flatMap((step) => ('change' in step ? [createModifyAddressRequest(step.address, step.change)] : [])),
    );
  }
  if (asks && steps.some((step) => 'change' in step)) await confirmRestore(context, steps, servers);
  const known = new Map(current.map((ip) => [ip.address, ip]));
  const jobs = steps.map((step) => createRestoreJob(api, step, known));
  const empty =
    differences.length === 0
      ? 'Nothing differs from the snapshot.'
      : `Nothing to restore: all differences are new addresses or left out by --only (${formatDifferenceCounts(differences)}).`;
  await runBulkChange(context, { verb: 'restored', label: 'Restoring', empty }, jobs, options);
}

/** Returns the step, or a skipped step if its server was deleted. */
function skipIfServerDeleted(step: RestoreStep, existing: ReadonlySet<string>): RestoreStep {
  if (!('change' in step)) return step;
  const lost = step.differences.find(
    ({ what, server_before: uuid }) => what === 'attachment' && uuid !== null && !existing.has(uuid),
  );
  if (!lost) return step;
  const reason = { code: 'SERVER_NOT_FOUND', message: `Server ${lost.server_before} no longer exists.` };
  return { address: step.address, differences: step.differences, reason };
}

function createRestoreJob(api: Api, step: RestoreStep, known: ReadonlyMap<string, Address>): BulkJob {
  const { address } = step;
  if ('reason' in step) return { address, skip: step.reason };
  return {
    address,
    act: async () => {
      const now = await getAddress(api, address);
      assertUnchangedSinceShown(now, known.get(address), step.differences);
      return modifyAddress(api, now, step.change);
    },
  };
}

/**
 * Rejects an address that changed after it was shown. The API has no conditional write, so this check comes immediately
 * before the change (T-15).
 * @throws ConflictError
 */
function assertUnchangedSinceShown(now: Address, shown: Address | undefined, differences: readonly Difference[]): void {
  const changed = shown ? diffAddress(shown, now).map(({ what }) => what) : [];
  if (!changed.some((what) => what === 'delegation' || differences.some((one) => one.what === what))) return;
  throw new ConflictError(`${now.address} was changed after it was compared with the snapshot.`, {
    code: 'ADDRESS_CHANGED_MEANWHILE',
    hint: 'The address was left unchanged. Run the command again to compare it again.',
  });
}

async function confirmRestore(
  context: Context,
  steps: readonly RestoreStep[],
  servers: readonly Server[],
): Promise<void> {
  const going = steps.filter((step) => 'change' in step).flatMap(({ differences }) => differences);
  await context.out.preview(createDifferenceView(createNameIndex(servers, [])), going);
  if (await createPrompter(context).confirm(`Restore these differences (${formatDifferenceCounts(going)})?`)) return;
  throw new DeclinedError();
}

function createConfirmationNeededError(): UsageError {
  return new UsageError(
    'Restoring needs confirmation, but there is no terminal.',
    (upc) => `Add --yes to restore without asking, or see the differences first: ${upc('ip diff <snapshot>')}`,
    'CONFIRMATION_NEEDED',
  );
}
