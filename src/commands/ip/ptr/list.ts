import type { Command } from 'commander';
import { listAddresses } from '../../../api/addresses.ts';
import type { Context } from '../../../app/context.ts';
import { namesIfPossible } from '../../../app/lookup.ts';
import { addHelp, readingExits } from '../../../help/parts.ts';
import { addressColumns, addressView, noNames } from '../../../output/address.ts';

export function registerPtrList(parent: Command, context: Context): void {
  const command = parent
    .command('list')
    .alias('ls')
    .description('List the PTR records of all public addresses')
    .action(() => runPtrList(context));
  addHelp(command, {
    examples: ['upc ip ptr list --sandbox', 'upc ip ptr list --sandbox --columns address,ptr --no-headers'],
    json: 'array of addresses, also when empty or only one',
    columns: () => addressColumns(noNames),
    exits: readingExits,
  });
}

async function runPtrList(context: Context): Promise<void> {
  const api = await context.api();
  const [addresses, names] = await Promise.all([listAddresses(api), namesIfPossible(api)]);
  const view = addressView(names, { defaults: ['address', 'ptr', 'server', 'zone'], empty: 'No public addresses.' });
  await context.out.rows(
    view,
    addresses.filter((ip) => ip.access === 'public'),
  );
}
