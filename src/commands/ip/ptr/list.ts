import { listAddresses } from '../../../api/addresses.ts';
import { defineCommand } from '../../../app/command.ts';
import type { Context } from '../../../app/context.ts';
import { fetchNamesIfPossible } from '../../../app/lookup.ts';
import { readOnlyCommandExitCodes } from '../../../help/sections.ts';
import { createAddressColumns, createAddressView, noNames } from '../../../output/address.ts';

export default defineCommand<[]>({
  summary: 'List the PTR records of all public addresses',
  examples: ['upc ip ptr list --sandbox', 'upc ip ptr list --sandbox --columns address,ptr --no-headers'],
  json: 'array of addresses; also an array for one address or none',
  columns: () => createAddressColumns(noNames),
  exits: readOnlyCommandExitCodes,
  run: runPtrList,
});

async function runPtrList(context: Context): Promise<void> {
  const api = await context.api();
  const [addresses, names] = await Promise.all([listAddresses(api), fetchNamesIfPossible(api)]);
  const view = createAddressView(names, {
    defaults: ['address', 'ptr', 'server', 'zone'],
    empty: 'No public addresses.',
  });
  await context.out.rows(
    view,
    addresses.filter((ip) => ip.access === 'public'),
  );
}
