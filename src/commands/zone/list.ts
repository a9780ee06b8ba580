import { listZones } from '../../api/account.ts';
import { defineCommand } from '../../app/command.ts';
import type { Context } from '../../app/context.ts';
import { readOnlyCommandExitCodes } from '../../help/sections.ts';
import { zoneView } from '../../output/resource-views.ts';

export default defineCommand<[]>({
  summary: 'List zones, with the names that --zone accepts',
  examples: ['upc zone list --sandbox', 'upc zone list --sandbox -q'],
  json: 'array of zones: id, description',
  columns: () => zoneView.columns,
  exits: readOnlyCommandExitCodes,
  run: listAllZones,
});

async function listAllZones(context: Context): Promise<void> {
  const zones = await listZones(await context.api());
  await context.out.rows(
    zoneView,
    zones.map(({ id, description }) => ({ id, description })),
  );
}
