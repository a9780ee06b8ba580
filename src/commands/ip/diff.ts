import { listAddresses } from '../../api/addresses.ts';
import { defineCommand } from '../../app/command.ts';
import type { Context } from '../../app/context.ts';
import { createNameIndex, fetchServersIfPossible } from '../../app/lookup.ts';
import { exit } from '../../core/errors.ts';
import { SilentExit } from '../../core/exit-silently.ts';
import { diffAccount } from '../../domain/account-diff.ts';
import { readOnlyCommandExitCodes } from '../../help/sections.ts';
import { createDifferenceView, formatDifferenceCounts } from '../../output/account-diff.ts';
import { noNames } from '../../output/address.ts';
import { readSnapshot, snapshotArgument } from '../shared/snapshot-file.ts';

interface DiffOptions {
  readonly exitCode?: boolean;
}

export default defineCommand<[snapshot: string], DiffOptions>({
  summary: 'Compare the account with an earlier snapshot: attachments, PTR records, policies, delegation',
  arguments: [snapshotArgument],
  options: [{ flags: '--exit-code', description: 'exit with code 10 if something differs' }],
  examples: ['upc ip list --sandbox --json | upc ip diff - --sandbox', 'upc ip diff before.json --exit-code'],
  notes: ['`upc ip restore` restores what differs.'],
  json: 'array of {address, what: attachment|ptr|policy|delegation|missing|new, now, before, server_now, server_before}',
  columns: () => createDifferenceView(noNames).columns,
  exits: [...readOnlyCommandExitCodes, [10, 'with --exit-code: something differs']],
  run: diffWithSnapshot,
});

async function diffWithSnapshot(context: Context, [source]: [string], { exitCode }: DiffOptions): Promise<void> {
  const snapshot = await readSnapshot(context, source);
  const api = await context.api();
  const [current, servers] = await Promise.all([
    listAddresses(api),
    context.out.settings.format === 'table' ? fetchServersIfPossible(api) : [],
  ]);
  const differences = diffAccount(snapshot, current);
  const { out } = context;
  await out.rows(createDifferenceView(createNameIndex(servers, [])), differences);
  if (out.settings.format === 'table' && !out.settings.quiet && differences.length > 0)
    out.note(`${formatDifferenceCounts(differences)}.`);
  if (exitCode && differences.length > 0) throw new SilentExit(exit.findings);
}
