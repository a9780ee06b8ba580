import { listAddresses } from '../../../api/addresses.ts';
import { defineCommand } from '../../../app/command.ts';
import type { Context } from '../../../app/context.ts';
import {
  assertZoneExists,
  createNameIndex,
  fetchLoadBalancersIfPossible,
  fetchServersIfPossible,
} from '../../../app/lookup.ts';
import { findHoldingService } from '../../../domain/address-details.ts';
import { readOnlyCommandExitCodes } from '../../../help/sections.ts';
import { createAddressColumns, createAddressView, noNames } from '../../../output/address.ts';
import { createZoneOption } from '../../shared/shared-options.ts';

export default defineCommand<[], { zone?: string }>({
  summary: 'List floating IPs, each with its server or the service that it is delegated to',
  options: [createZoneOption('only this zone')],
  examples: ['upc ip float list --sandbox', 'upc ip float list --sandbox --zone fi-hel2 --json'],
  json: 'array of addresses with delegated_to ({service, name, uuid} or null); also an array for one address or none',
  columns: () => createAddressColumns(noNames),
  exits: readOnlyCommandExitCodes,
  run: (context, _args, options) => runFloatList(context, options),
});

async function runFloatList(context: Context, { zone }: { zone?: string }): Promise<void> {
  const api = await context.api();
  // Fetch the load balancers at the same time, even if no address is delegated: fetching them later would take another round
  // trip.
  const [all, servers, services] = await Promise.all([
    listAddresses(api),
    fetchServersIfPossible(api),
    fetchLoadBalancersIfPossible(api),
  ]);
  const floating = all.filter((ip) => ip.floating === 'yes' && (zone === undefined || ip.zone === zone));
  if (floating.length === 0 && zone !== undefined) await assertZoneExists(api, zone);
  const rows = floating.map((ip) => ({
    ...ip,
    delegated_to: ip.is_delegated === 'yes' ? findHoldingService(ip.address, services) : null,
  }));
  const view = createAddressView(createNameIndex(servers, services), {
    defaults: ['address', 'zone', 'server', 'ptr', 'policy'],
    empty: zone === undefined ? 'No floating IPs on this account.' : `No floating IPs in zone ${zone}.`,
  });
  await context.out.rows(view, rows);
}
