import { listAddresses } from '../../api/addresses.ts';
import { listServers } from '../../api/servers.ts';
import { defineCommand, withHelpHeading } from '../../app/command.ts';
import type { Context } from '../../app/context.ts';
import {
  assertZoneExists,
  createNameIndex,
  fetchLoadBalancersIfPossible,
  fetchServersIfPossible,
} from '../../app/lookup.ts';
import { runWithProgress } from '../../app/progress.ts';
import { UsageError } from '../../core/errors.ts';
import {
  type Access,
  type AddressFilter,
  accessTypes,
  matchesAddressFilter,
  matchesSearchText,
} from '../../domain/filter.ts';
import { findServer } from '../../domain/find-server.ts';
import type { Address } from '../../domain/model.ts';
import { getServerDisplayName } from '../../domain/server-name.ts';
import { readOnlyCommandExitCodes } from '../../help/sections.ts';
import { createAddressColumns, createAddressView, noNames } from '../../output/address.ts';
import { createFamilyOption, createServerOption, createZoneOption } from '../shared/shared-options.ts';

interface ListOptions {
  family?: 'IPv4' | 'IPv6';
  access?: Access;
  floating?: boolean;
  attached?: boolean;
  detached?: boolean;
  delegated?: boolean;
  zone?: string;
  server?: string;
  policy?: 'keep' | 'release';
}

export default defineCommand<[text: string | undefined], ListOptions>({
  summary: 'List the IP addresses of the account',
  arguments: [
    { name: '[text]', description: 'only addresses with this text in the address, PTR record or server title' },
  ],
  options: withHelpHeading('Filters:', [
    createFamilyOption('only this address family'),
    {
      flags: '--access <access>',
      description: 'only public, utility or private (SDN) addresses',
      choices: accessTypes,
    },
    { flags: '--floating', description: 'only floating IPs' },
    { flags: '--no-floating', description: 'only regular addresses' },
    { flags: '--attached', description: 'only addresses on a server' },
    { flags: '--detached', description: 'only addresses that no server or service uses' },
    { flags: '--delegated', description: 'only addresses delegated to a service' },
    { flags: '--no-delegated', description: 'only addresses not delegated to a service' },
    createZoneOption('only this zone'),
    createServerOption('--server <server>', 'only this server', 'any'),
    { flags: '--policy <policy>', description: 'only this release policy', choices: ['keep', 'release'] },
  ]),
  examples: [
    'upc ip list --sandbox',
    'upc ip list --sandbox --detached -q',
    'upc ip list --sandbox web',
    'upc ip list --sandbox --family IPv6 --json',
  ],
  json: 'array of addresses with server_title (null if detached or unknown); also an array for one address or none',
  columns: () => createAddressColumns(noNames),
  exits: [...readOnlyCommandExitCodes, [5, 'no such server']],
  run: (context, [text], options) => runList(context, text, options),
});

async function runList(context: Context, text: string | undefined, options: ListOptions): Promise<void> {
  if (options.attached && options.detached) {
    throw new UsageError('--attached and --detached cannot be combined.', 'Leave out both to list all addresses.');
  }
  const { out } = context;
  const { format, quiet, sort } = out.settings;
  const api = await context.api();
  const showsNames = !quiet || text !== undefined || /^-?server$/.test(sort ?? '');
  const showsServices = !quiet && (format === 'table' || format === 'csv' || format === 'markdown');
  const [all, servers, services] = await runWithProgress(context, 'Loading addresses', undefined, () =>
    Promise.all([
      listAddresses(api),
      // A filter by server name needs the servers, so a failure ends the command. Otherwise the list is useful without names.
      options.server !== undefined || text !== undefined
        ? listServers(api)
        : showsNames
          ? fetchServersIfPossible(api)
          : [],
      showsServices ? fetchLoadBalancersIfPossible(api) : [],
    ]),
  );
  const filter = {
    ...createAddressFilter(options),
    server: options.server === undefined ? undefined : findServer(servers, options.server).uuid,
  };
  const titles = new Map(servers.map((server) => [server.uuid, getServerDisplayName(server)]));
  const getServerTitle = ({ server }: Address) => (server === null ? null : (titles.get(server) ?? null));
  const found = all.filter(
    (ip) => matchesAddressFilter(ip, filter) && (text === undefined || matchesSearchText(ip, text, getServerTitle(ip))),
  );
  if (found.length === 0 && filter.zone !== undefined) await assertZoneExists(api, filter.zone);
  // Add the titles to the addresses themselves: copying 50,000 objects takes as long as parsing them.
  const rows = found.map((ip) => Object.assign(ip, { server_title: getServerTitle(ip) }));
  await out.rows(
    createAddressView(createNameIndex(servers, services), { empty: formatEmptyListText(all.length) }),
    rows,
  );
}

function createAddressFilter({
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

function formatEmptyListText(total: number): string {
  return total === 0
    ? 'No IP addresses on this account.'
    : `None of the account's ${total} addresses matches the filters.`;
}
