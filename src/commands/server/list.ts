import { listServers } from '../../api/servers.ts';
import { defineCommand } from '../../app/command.ts';
import type { Context } from '../../app/context.ts';
import { assertZoneExists } from '../../app/lookup.ts';
import { readOnlyCommandExitCodes } from '../../help/sections.ts';
import { serverView } from '../../output/resource-views.ts';
import { createZoneOption } from '../shared/shared-options.ts';

export default defineCommand<[], { zone?: string }>({
  summary: 'List servers, with the names that --server, --to and --from accept',
  options: [createZoneOption('only this zone')],
  examples: ['upc server list --sandbox', 'upc server list --sandbox --zone fi-hel2 --json'],
  json: 'array of servers: uuid, title, hostname, zone, state',
  columns: () => serverView.columns,
  exits: readOnlyCommandExitCodes,
  run: listAllServers,
});

async function listAllServers(context: Context, _args: [], { zone }: { zone?: string }): Promise<void> {
  const api = await context.api();
  const servers = (await listServers(api)).filter((server) => zone === undefined || server.zone === zone);
  if (servers.length === 0 && zone !== undefined) await assertZoneExists(api, zone);
  await context.out.rows(
    { ...serverView, empty: zone === undefined ? serverView.empty : `No servers in zone ${zone}.` },
    servers.map(({ uuid, title, hostname, zone: place, state }) => ({ uuid, title, hostname, zone: place, state })),
  );
}
