import { defineCommand } from '../../../app/command.ts';
import type { Context } from '../../../app/context.ts';
import { exit } from '../../../core/errors.ts';
import { SilentExit } from '../../../core/exit-silently.ts';
import { type PtrStep, planPtrSteps } from '../../../domain/ptr-plan.ts';
import { readOnlyCommandExitCodes } from '../../../help/sections.ts';
import { sortRows } from '../../../output/columns.ts';
import { formatStepCounts, planView, renderPtrDiffLines } from '../../../output/ptr.ts';
import {
  fetchAddressesOfEntries,
  type PtrFileOptions,
  ptrFileArgument,
  ptrFileOptions,
  readPtrFile,
} from '../../shared/ptr-file-source.ts';

export default defineCommand<[file: string], PtrFileOptions & { exitCode?: boolean }>({
  summary: 'Show what `ptr apply` would change, and change nothing',
  arguments: [ptrFileArgument],
  options: [
    {
      flags: '--exit-code',
      description: 'exit with code 10 if something would change, or an address is not on the account',
    },
    ...ptrFileOptions,
  ],
  examples: [
    "echo '192.0.2.10 web.example.org' | upc ip ptr plan - --sandbox",
    'upc ip ptr export --sandbox | upc ip ptr plan - --sandbox --prune --exit-code',
  ],
  notes: [
    '+ adds a hostname, ~ changes it, - resets it to the default, ? marks an address that is not on the account.',
    "If a line contains UpCloud's default PTR record of its address, `apply` resets the record to the default.",
  ],
  json: 'array of {address, action: add|change|reset|unknown, from, to}; [] when nothing differs; unknown: the account has no such address; to is null for the default',
  columns: () => planView.columns,
  exits: [...readOnlyCommandExitCodes, [10, 'with --exit-code: something would change']],
  run: (context, [file], options) => runPtrPlan(context, file, options),
});

async function runPtrPlan(
  context: Context,
  file: string,
  { prune, ignoreMissing, exitCode }: PtrFileOptions & { exitCode?: boolean },
): Promise<void> {
  const { out } = context;
  const entries = await readPtrFile(context, file);
  const steps = planPtrSteps(await fetchAddressesOfEntries(await context.api(), entries), entries, { prune });
  if (isDiffRequested(context)) {
    const lines = renderPtrDiffLines(sortRows(planView, steps, out.settings.sort), out.dataPalette, out.width);
    await out.text(lines.map((line) => `${line}\n`).join(''));
  } else await out.rows(planView, steps);
  if (out.settings.format === 'table' && !out.settings.quiet) printStepCounts(context, steps);
  if (exitCode && steps.some(({ action }) => action !== 'unknown' || !ignoreMissing))
    throw new SilentExit(exit.findings);
}

function printStepCounts(context: Context, steps: readonly PtrStep[]): void {
  if (steps.length > 0) context.out.note(`${formatStepCounts(steps)}.`);
  else if (isDiffRequested(context)) context.out.note(planView.empty);
}

/** Returns true unless the command line requests a format, columns or `-q`. */
function isDiffRequested({ globals, out: { settings } }: Context): boolean {
  return (
    settings.format === 'table' && globals.output === undefined && !settings.quiet && settings.columns === undefined
  );
}
