import {
  createModifyAddressRequest,
  fetchAddressForChange,
  getAddress,
  getCurrentAddress,
  listAddressesWithNullableFloating,
  modifyAddress,
} from '../../../api/addresses.ts';
import { listServers } from '../../../api/servers.ts';
import type { Api } from '../../../api/transport.ts';
import { defineCommand } from '../../../app/command.ts';
import type { Context } from '../../../app/context.ts';
import { createNameIndex, fetchLoadBalancersIfDelegated } from '../../../app/lookup.ts';
import { warnIfNotStarted } from '../../../app/server-state.ts';
import { ConflictError, UsageError } from '../../../core/errors.ts';
import { parseAddress } from '../../../domain/address.ts';
import { assertMovable, assertSameZone } from '../../../domain/assert-allowed.ts';
import { addressPredicates, serverPredicates } from '../../../domain/completion-predicates.ts';
import { findServer } from '../../../domain/find-server.ts';
import type { Address, Server } from '../../../domain/model.ts';
import { getServerDisplayName } from '../../../domain/server-name.ts';
import { outcomeView } from '../../../output/outcome.ts';
import { type BulkOptions, runBulkChange } from '../../shared/bulk.ts';
import { bulkCommandExitCodes, changeOneAddress, showDryRunRequests } from '../../shared/change.ts';
import { printGuestConfigHint } from '../../shared/guest-config-hint.ts';
import { mapCollectingErrors } from '../../shared/map-collecting-errors.ts';
import { bulkOptions, createServerOption, dryRunOption, interfaceOptions } from '../../shared/shared-options.ts';
import {
  chooseTargetInterface,
  fetchTargetLists,
  findTargetServer,
  type TargetInterface,
  type TargetOptions,
  warnOfSeveralInterfaces,
} from '../../shared/target.ts';
import { assertMoveVisible, formatAddressLocation } from '../../shared/verify-moved.ts';
import { isAttachedTo } from './attach.ts';

interface MoveOptions extends BulkOptions {
  to?: string;
  from?: string;
  all?: boolean;
  interface?: number;
  mac?: string;
  dryRun?: boolean;
}

export default defineCommand<[address: string | undefined], MoveOptions>({
  summary: 'Move a floating IP, or all floating IPs of a server, to another server',
  arguments: [
    {
      name: '[address]',
      description: 'a floating IP',
      source: { addresses: addressPredicates.canMove },
      askedUnless: ['all'],
    },
  ],
  options: [
    { flags: '--all', description: 'move every floating IP of the server named by --from' },
    createServerOption(
      '--from <server>',
      'move only if the address is on this server',
      serverPredicates.canBeMovedFrom,
      {
        askedUnless: [],
        askedWith: 'all',
        question: 'Which server to move from?',
      },
    ),
    createServerOption('--to <server>', 'the server to move to', serverPredicates.canBeMovedTo, {
      askedUnless: ['mac'],
      question: 'Which server to move to?',
    }),
    ...interfaceOptions,
    dryRunOption,
    ...bulkOptions,
  ],
  examples: [
    'upc ip float move 192.0.2.50 --to web-2 --sandbox',
    'upc ip float move 192.0.2.50 --from web-1 --to web-2 --sandbox',
    'upc ip float move --all --from web-1 --to web-2 --sandbox',
  ],
  notes: [
    'With --from, an address that is on another server stays there (exit 8). The API has no conditional write: two clients',
    'can move an address at the same moment without noticing. The command reads the address again afterwards and reports its',
    'location.',
  ],
  json: 'one address, with changed: bool; with --all an array of outcomes',
  columns: () => outcomeView.columns,
  exits: bulkCommandExitCodes,
  run: (context, [address], options) => runMove(context, address, options),
});

async function runMove(context: Context, text: string | undefined, options: MoveOptions): Promise<void> {
  if (options.all) {
    if (text !== undefined) throw new UsageError('--all and an address cannot be combined.', 'Leave out one of them.');
    if (options.from === undefined)
      throw new UsageError(
        '--all needs --from <server>: the server whose addresses move.',
        'For example: --all --from web-1 --to web-2',
      );
  } else if (text === undefined) {
    throw new UsageError(
      'No address given.',
      'Give a floating IP, or --all --from <server> for all addresses of a server.',
    );
  }
  const target = toTargetOptions(options);
  if (text === undefined) return moveAllAddresses(context, options, target);
  return moveOneAddress(context, parseAddress(text).canonical, options, target);
}

/** Returns the options that name the target of the move. @throws UsageError without --to and --mac */
function toTargetOptions({ to, interface: index, mac }: MoveOptions): TargetOptions {
  if (to !== undefined || mac !== undefined) return { server: to, interface: index, mac };
  throw new UsageError('No server to move to.', 'Give --to <title, hostname or UUID>.');
}

async function moveOneAddress(
  context: Context,
  canonical: string,
  options: MoveOptions,
  requested: TargetOptions,
): Promise<void> {
  const api = await context.api();
  const [observed, facts] = await Promise.all([
    fetchAddressForChange(api, canonical),
    fetchTargetLists(api, requested),
  ]);
  const ip = observed.value;
  const { address } = ip;
  const { servers } = facts;
  const server = await findTargetServer(api, requested, facts);
  assertMovable(ip, 'moved', { loadBalancers: await fetchLoadBalancersIfDelegated(api, [ip]) });
  const from = options.from === undefined ? undefined : findServer(servers, options.from);
  // Check the --from server before the interface: if the address is elsewhere, a question about the interface would be useless.
  if (from && ip.server !== server.uuid) assertOnServer(ip, from, servers);
  const target = await chooseTargetInterface(context, api, server, requested, { ...facts, ip });
  const isUnchanged = isAttachedTo(ip, target, requested);
  warnIfNotStarted(context, server);
  if (isUnchanged) warnOfSeveralInterfaces(context, ip, target, requested);
  else if (from) assertOnServer(ip, from, servers);
  const message = isUnchanged
    ? `${address} is already on ${getServerDisplayName(server)} (unchanged).`
    : `Moved ${address}${from ? ` from ${getServerDisplayName(from)}` : ''} to ${getServerDisplayName(server)}.`;
  const act =
    from && (async () => moveAddressFromServer(api, await getCurrentAddress(api, observed), { from, target, servers }));
  const { dryRun } = options;
  const change = { mac: target.mac };
  const names = createNameIndex([...servers, server], []);
  await changeOneAddress(context, api, ip, { change, isUnchanged, dryRun, names, message, act });
  if (!dryRun && !isUnchanged) await printGuestConfigHint(context, api, address, server);
}

interface ConditionalMove {
  readonly from: Server;
  readonly target: TargetInterface;
  /** The servers whose titles appear in messages. */
  readonly servers: readonly Server[];
}

/**
 * Moves an address only if it is on the `from` server. Reads the address again after the move, because another client may
 * move it at the same moment (T-15).
 * @param now the address, read immediately before this call
 * @throws ConflictError if the address is on another server; UnknownOutcomeError if the move is not visible afterwards
 */
async function moveAddressFromServer(
  api: Api,
  now: Address,
  { from, target, servers }: ConditionalMove,
): Promise<Address> {
  assertOnServer(now, from, servers);
  const after = await modifyAddress(api, now, { mac: target.mac });
  await assertMoveVisible(api, now, target, servers);
  return after;
}

function assertOnServer(ip: Address, from: Server, servers: readonly Server[]): void {
  if (ip.server === from.uuid) return;
  throw new ConflictError(
    `${ip.address} is not on ${getServerDisplayName(from)}: it is ${formatAddressLocation(ip, servers)}. It was not moved.`,
    {
      code: 'ADDRESS_NOT_WHERE_EXPECTED',
      hint: (upc) => `Leave out --from to move it from any server. Check: ${upc(`ip show ${ip.address}`)}`,
    },
  );
}

async function moveAllAddresses(context: Context, options: MoveOptions, requested: TargetOptions): Promise<void> {
  const api = await context.api();
  const [addresses, servers] = await Promise.all([listAddressesWithNullableFloating(api), listServers(api)]);
  const facts = { addresses, servers };
  const server = await findTargetServer(api, requested, facts);
  const from = findServer(servers, options.from ?? '');
  if (from.uuid === server.uuid)
    throw new UsageError('--from and --to are the same server.', 'Give two different servers.');
  const moving = addresses.filter((ip): ip is Address => ip.server === from.uuid && ip.floating === 'yes');
  const loadBalancers = await fetchLoadBalancersIfDelegated(api, moving);
  mapCollectingErrors(moving, (ip) => {
    assertMovable(ip, 'moved', { loadBalancers });
    assertSameZone(ip, server);
  });
  // Without addresses to move, do not ask for an interface.
  const target = moving.length > 0 ? await chooseTargetInterface(context, api, server, requested, facts) : undefined;
  if (target) warnIfNotStarted(context, server);
  const plan = target ? moving.map(({ address }) => ({ address, target })) : [];
  if (options.dryRun)
    return showDryRunRequests(
      context,
      plan.map(({ address, target: { mac } }) => createModifyAddressRequest(address, { mac })),
    );
  const empty = `${getServerDisplayName(from)} has no floating IPs: there is nothing to move.`;
  const jobs = plan.map(({ address, target }) => ({
    address,
    act: async () => moveAddressFromServer(api, await getAddress(api, address), { from, target, servers }),
  }));
  await runBulkChange(context, { verb: 'moved', label: 'Moving', empty }, jobs, options);
  const [first, ...others] = plan;
  if (first) await printGuestConfigHint(context, api, others.length === 0 ? first.address : '<address>', server);
}
