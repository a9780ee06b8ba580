import pLimit from 'p-limit';
import { listAddresses } from '../../api/addresses.ts';
import { getServer, listServers } from '../../api/servers.ts';
import type { Api } from '../../api/transport.ts';
import { defineCommand } from '../../app/command.ts';
import type { Context } from '../../app/context.ts';
import {
  assertZoneExists,
  createFallbackHandler,
  createNameIndex,
  fetchLoadBalancersIfPossible,
  fetchServersIfPossible,
} from '../../app/lookup.ts';
import { runWithProgress } from '../../app/progress.ts';
import { exit, type UpcError, UsageError } from '../../core/errors.ts';
import { SilentExit } from '../../core/exit-silently.ts';
import { matchesAddressFilter } from '../../domain/filter.ts';
import { findServer } from '../../domain/find-server.ts';
import type { Address, ServerDetails } from '../../domain/model.ts';
import { buildTree, type ZoneBranch } from '../../domain/tree.ts';
import { readOnlyCommandExitCodes } from '../../help/sections.ts';
import { createServerOption, createZoneOption } from '../shared/shared-options.ts';

interface TreeOptions {
  zone?: string;
  server?: string;
  format: 'tree' | 'mermaid';
}

/** The number of servers whose details are fetched at the same time: as many as there are connections. */
const CONCURRENCY = 16;
/**
 * How many connections to open early, besides the three for the lists of addresses, servers and load balancers. Together,
 * they can fetch the details of eight servers at the same time. More connections would delay the lists, because each
 * handshake keeps the processor busy for one or two milliseconds.
 */
const CONNECTIONS_OPENED_EARLY = 5;

export default defineCommand<[], TreeOptions>({
  summary: 'Show all addresses as a tree: zone, server, interface, address',
  options: [
    createZoneOption('only this zone'),
    createServerOption('--server <server>', 'only this server', 'any'),
    {
      flags: '--format <format>',
      description: 'a tree for the terminal, or Mermaid for documents',
      choices: ['tree', 'mermaid'],
      default: 'tree',
    },
  ],
  examples: [
    'upc ip tree --sandbox',
    'upc ip tree --sandbox --zone fi-hel2 --json',
    'upc ip tree --sandbox --format mermaid > addresses.mmd',
  ],
  json: 'array of zones: zone, servers (with interfaces, with addresses), detached, delegated',
  exits: [
    ...readOnlyCommandExitCodes,
    [5, 'no such server'],
    [6, 'the interfaces of some servers could not be fetched in time'],
  ],
  run: (context, _args, options) => runTree(context, options),
});

async function runTree(context: Context, options: TreeOptions): Promise<void> {
  const { out } = context;
  const { output, json } = context.globals;
  const quiet = out.settings.quiet;
  if (options.format === 'mermaid' && (json || quiet || (output !== undefined && output !== 'table'))) {
    throw new UsageError('--format mermaid cannot be combined with -o, --json or -q.', 'Leave out -o, --json and -q.');
  }
  const api = await context.api();
  const { zones, missing } = await fetchTree(context, api, options);
  await showTree(context, options, zones);
  if (missing > 0) throw new SilentExit(exit.partial);
}

async function showTree(context: Context, options: TreeOptions, zones: readonly ZoneBranch[]): Promise<void> {
  const { out } = context;
  if (out.settings.quiet)
    return out.text(
      zones
        .flatMap(listBranchAddresses)
        .map((ip) => `${ip.address}\n`)
        .join(''),
    );
  const isPicture = options.format === 'mermaid' || out.settings.format === 'table';
  if (!isPicture) return out.json(zones);
  if (zones.length === 0) return out.note('No addresses to show.');
  const { drawMermaid, drawTree } = await import('../../output/tree.ts');
  await out.text(options.format === 'mermaid' ? drawMermaid(zones) : drawTree(zones, out.width, out.dataPalette));
}

async function fetchTree(
  context: Context,
  api: Api,
  { zone, server }: TreeOptions,
): Promise<{ zones: ZoneBranch[]; missing: number }> {
  const [all, servers, services] = await Promise.all([
    listAddresses(api, { followers: CONNECTIONS_OPENED_EARLY }),
    server === undefined ? fetchServersIfPossible(api) : listServers(api),
    fetchLoadBalancersIfPossible(api),
  ]);
  const requested = server === undefined ? undefined : findServer(servers, server).uuid;
  const addresses = all.filter((ip) => matchesAddressFilter(ip, { zone, server: requested }));
  if (addresses.length === 0 && zone !== undefined) await assertZoneExists(api, zone);
  const { details, missing } = await fetchServerDetails(
    context,
    api,
    new Set(addresses.flatMap((ip) => ip.server ?? [])),
  );
  const zones = buildTree({ addresses, servers, details, holders: createNameIndex([], services).loadBalancers });
  return { zones, missing };
}

/**
 * Fetches the details of the servers. If details are missing, the addresses are still shown, but the exit code changes.
 * Servers that the account may not read (403) do not count as missing.
 */
async function fetchServerDetails(
  context: Context,
  api: Api,
  uuids: ReadonlySet<string>,
): Promise<{ details: ReadonlyMap<string, ServerDetails>; missing: number }> {
  const limit = pLimit(CONCURRENCY);
  const details = new Map<string, ServerDetails>();
  let forbidden = 0;
  await runWithProgress(context, 'Loading servers', uuids.size, (tick) =>
    limit.map([...uuids], async (uuid) => {
      const countIfForbidden = ({ status }: UpcError) => {
        if (status === 403) forbidden += 1;
      };
      const server = await getServer(api, uuid).catch(createFallbackHandler(undefined, countIfForbidden));
      if (server) details.set(uuid, server);
      tick();
    }),
  );
  const failed = uuids.size - details.size;
  if (failed > 0) context.out.warn(`The interfaces of ${failed} of ${uuids.size} servers could not be fetched.`);
  return { details, missing: failed - forbidden };
}

function listBranchAddresses({ servers, detached, delegated }: ZoneBranch): Address[] {
  const attached = servers.flatMap(({ interfaces }) => interfaces.flatMap(({ addresses }) => addresses));
  return [...attached, ...detached, ...delegated];
}
