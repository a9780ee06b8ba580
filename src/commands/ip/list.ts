import { type Command, Option } from 'commander';
import { listAddresses } from '../../api/addresses.ts';
import { listServers } from '../../api/servers.ts';
import type { Context } from '../../app/context.ts';
import { assertZoneExists, namesOf, serversIfPossible, servicesIfPossible } from '../../app/lookup.ts';
import { withProgress } from '../../app/progress.ts';
import { UsageError } from '../../core/errors.ts';
import { type AddressFilter, matches } from '../../domain/filter.ts';
import { findServer } from '../../domain/find-server.ts';
import { addHelp, readingExits } from '../../help/parts.ts';
import { addressColumns, addressView, noNames } from '../../output/address.ts';
import { familyOption, zoneOption } from '../shared/filter-options.ts';

interface ListOptions {
  family?: 'IPv4' | 'IPv6';
  access?: 'public' | 'utility';
  floating?: boolean;
  attached?: boolean;
  detached?: boolean;
  delegated?: boolean;
  zone?: string;
  server?: string;
  policy?: 'keep' | 'release';
}

export function registerList(parent: Command, context: Context): void {
  const command = parent
    .command('list')
    .alias('ls')
    .description('List the IP addresses of the account')
    .optionsGroup('Filters:')
    .addOption(familyOption('only this address family'))
    .addOption(new Option('--access <access>', 'only public or utility addresses').choices(['public', 'utility']))
    .option('--floating', 'only floating IPs')
    .option('--no-floating', 'only regular addresses')
    .option('--attached', 'only addresses on a server')
    .option('--detached', 'only addresses that nothing uses')
    .option('--delegated', 'only addresses delegated to a service')
    .option('--no-delegated', 'only addresses not delegated to a service')
    .addOption(zoneOption('only this zone'))
    .option('--server <server>', 'only this server: title, host name, UUID or the first characters of one')
    .addOption(new Option('--policy <policy>', 'only this release policy').choices(['keep', 'release']))
    .action((options: ListOptions) => runList(context, options));
  addHelp(command, {
    examples: [
      'upc ip list --sandbox',
      'upc ip list --sandbox --detached -q',
      'upc ip list --sandbox --family IPv6 --json',
    ],
    json: 'array of addresses, also when empty or only one',
    columns: () => addressColumns(noNames),
    exits: [...readingExits, [5, 'no such server']],
  });
}

async function runList(context: Context, options: ListOptions): Promise<void> {
  if (options.attached && options.detached) {
    throw new UsageError('--attached and --detached exclude one another.', 'Leave out both to see all addresses.');
  }
  const { out } = context;
  const table = (out.settings.format === 'table' || out.settings.format === 'csv') && !out.settings.quiet;
  const api = await context.api();
  const wantsNames = table || /^-?server$/.test(out.settings.sort ?? '');
  const [all, servers, services] = await withProgress(context, 'Loading addresses', undefined, () =>
    Promise.all([
      listAddresses(api),
      options.server !== undefined ? listServers(api) : wantsNames ? serversIfPossible(api) : [],
      wantsNames ? servicesIfPossible(api) : [],
    ]),
  );
  const filter = {
    ...filterOf(options),
    server: options.server === undefined ? undefined : findServer(servers, options.server).uuid,
  };
  const found = all.filter((ip) => matches(ip, filter));
  if (found.length === 0 && filter.zone !== undefined) await assertZoneExists(api, filter.zone);
  await out.rows(addressView(namesOf(servers, services), { empty: emptyText(all.length) }), found);
}

function filterOf({
  attached,
  detached,
  family,
  access,
  floating,
  delegated,
  zone,
  policy,
}: ListOptions): AddressFilter {
  return { family, access, floating, delegated, zone, policy, attached: attached ?? (detached ? false : undefined) };
}

function emptyText(total: number): string {
  return total === 0
    ? 'No IP addresses on this account.'
    : `None of the account's ${total} addresses fits the filters.`;
}
