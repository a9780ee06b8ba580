import {
  createReleaseAddressRequest,
  findAddress,
  indexByAddress,
  listAddresses,
  releaseAddress,
} from '../../api/addresses.ts';
import type { Api } from '../../api/transport.ts';
import { addUnlistedAddresses } from '../../api/unlisted.ts';
import { defineCommand } from '../../app/command.ts';
import type { Context } from '../../app/context.ts';
import { createNameIndex, fetchLoadBalancersIfDelegated, fetchServersIfPossible } from '../../app/lookup.ts';
import type { Session } from '../../config/session.ts';
import { ConflictError, DeclinedError, UsageError } from '../../core/errors.ts';
import { toCanonicalAddress } from '../../domain/address.ts';
import { createReleaseCheck } from '../../domain/assert-allowed.ts';
import { addressPredicates } from '../../domain/completion-predicates.ts';
import { isSameMac } from '../../domain/mac.ts';
import type { Address } from '../../domain/model.ts';
import { createAddressView, describeAddressLocation, type ResourceNames } from '../../output/address.ts';
import { outcomeView } from '../../output/outcome.ts';
import { canAskQuestions, confirmByTyping, createPrompter } from '../../prompt/prompt.ts';
import { type BulkJob, type BulkOptions, readRequestedAddresses, runBulkChange } from '../shared/bulk.ts';
import { bulkCommandExitCodes, showDryRunRequests } from '../shared/change.ts';
import { mapCollectingErrors } from '../shared/map-collecting-errors.ts';
import { bulkOptions, createAddressesArgument, dryRunOption } from '../shared/shared-options.ts';

const releaseTexts = { verb: 'released', label: 'Releasing' };

interface ReleaseOptions extends BulkOptions {
  dryRun?: boolean;
  ignoreMissing?: boolean;
}

export default defineCommand<[addresses: string[]], ReleaseOptions>({
  summary: 'Release addresses: this deletes them and cannot be undone',
  arguments: [createAddressesArgument('IP addresses', addressPredicates.canBeReleased)],
  options: [
    { flags: '--ignore-missing', description: 'skip addresses that are not on the account' },
    dryRunOption,
    ...bulkOptions,
  ],
  examples: [
    'upc ip release 192.0.2.60 --sandbox --dry-run',
    'upc ip release 192.0.2.60 198.51.100.60 --sandbox --yes',
    'upc ip list --sandbox --detached -q | upc ip release - --sandbox --yes',
  ],
  notes: ['The command asks for confirmation; without a terminal it needs --yes.'],
  json: 'array of outcomes {address, outcome, changed, error?}, in the order of the arguments',
  columns: () => outcomeView.columns,
  exits: bulkCommandExitCodes,
  confirmsItself: true,
  run: (context, [addresses], options) => runRelease(context, addresses, options),
});

async function runRelease(context: Context, args: readonly string[], options: ReleaseOptions): Promise<void> {
  const requested = await readRequestedAddresses(context, args);
  const asks = !context.globals.yes && !options.dryRun && requested.length > 0;
  if (asks && !canAskQuestions(context)) {
    throw new UsageError(
      `Releasing ${formatAddressCount(requested.length)} needs confirmation, but there is no terminal.`,
      'Add --yes to release without asking, or --dry-run to see what would be sent.',
      'CONFIRMATION_NEEDED',
    );
  }
  if (requested.length === 0) return runBulkChange(context, releaseTexts, [], options);
  const api = await context.api();
  const { addressesToRelease, missing, names } = await planRelease(api, requested, options);
  if (options.dryRun)
    return showDryRunRequests(
      context,
      addressesToRelease.map((ip) => createReleaseAddressRequest(ip.address)),
    );
  if (asks && addressesToRelease.length > 0) {
    await confirmRelease(context, addressesToRelease, names);
    assertReleasePlanUnchanged(addressesToRelease, await planRelease(api, requested, options));
  }
  const known = indexByAddress(addressesToRelease);
  const createReleaseJob = (address: string): BulkJob => {
    if (missing.has(address))
      return { address, skip: { code: 'IP_ADDRESS_NOT_FOUND', message: 'Not on this account.' } };
    const ip = findAddress(known, address);
    return { address: ip.address, act: () => releaseAddress(api, ip) };
  };
  const repeatHint = options.ignoreMissing ? undefined : ignoreMissingHint;
  await runBulkChange(context, { ...releaseTexts, repeatHint }, requested.map(createReleaseJob), options);
}

const ignoreMissingHint =
  'To release the rest, run the command again with --ignore-missing: it skips the addresses that are already released.';

interface ReleasePlan {
  readonly addressesToRelease: readonly Address[];
  /** The requested addresses that are not on the account, in canonical spelling. */
  readonly missing: ReadonlySet<string>;
  readonly names: ResourceNames;
}

/** Finds all addresses and checks each before the first is released. @throws UpcError */
async function planRelease(
  api: Api,
  requested: readonly string[],
  { ignoreMissing }: ReleaseOptions,
): Promise<ReleasePlan> {
  const listing = listAddresses(api).then((list) => addUnlistedAddresses(api, list, requested));
  const [addresses, servers] = await Promise.all([listing, fetchServersIfPossible(api)]);
  const known = indexByAddress(addresses);
  const missing = new Set(ignoreMissing ? requested.filter((address) => !known.has(toCanonicalAddress(address))) : []);
  const addressesToRelease = mapCollectingErrors(
    requested.filter((address) => !missing.has(address)),
    (address) =>
      findAddress(known, address, [
        'Nothing was released. To skip addresses that are not on the account, add --ignore-missing.',
      ]),
  );
  const loadBalancers = await fetchLoadBalancersIfDelegated(api, addressesToRelease);
  mapCollectingErrors(
    addressesToRelease,
    createReleaseCheck(addressesToRelease, { addresses, servers, loadBalancers }),
  );
  return { addressesToRelease: addressesToRelease, missing, names: createNameIndex(servers, loadBalancers) };
}

/**
 * Asks for confirmation. For one address, the user answers yes or no; for several, the user types how many there are.
 * @throws DeclinedError
 */
async function confirmRelease(
  context: Context,
  addressesToRelease: readonly Address[],
  names: ResourceNames,
): Promise<void> {
  const accountSuffix = formatAccountSuffix(await context.session());
  const view = createAddressView(names, { defaults: ['address', 'kind', 'zone', 'server', 'ptr'] });
  const block = { head: ['address'], below: ['kind', 'zone', 'server', 'ptr'] };
  await context.out.preview({ ...view, block }, addressesToRelease);
  const count = String(addressesToRelease.length);
  const isConfirmed =
    addressesToRelease.length === 1
      ? await createPrompter(context).confirm(
          `Release ${addressesToRelease[0]?.address}${accountSuffix}? This cannot be undone.`,
        )
      : await confirmByTyping(
          context,
          `Type ${count} to release these ${count} addresses${accountSuffix}. This cannot be undone:`,
          count,
        );
  if (isConfirmed) return;
  throw new DeclinedError('released');
}

/**
 * Checks that the addresses did not change while the user answered the question.
 * @throws ConflictError if an address was moved, has a different PTR record or is no longer on the account
 */
function assertReleasePlanUnchanged(shown: readonly Address[], { addressesToRelease, names }: ReleasePlan): void {
  const now = indexByAddress(addressesToRelease);
  const lines = shown.flatMap((ip) => {
    const then = now.get(toCanonicalAddress(ip.address));
    if (then === undefined) return [`${ip.address} is no longer on this account.`];
    if (isSameMac(then.mac, ip.mac) && then.is_delegated === ip.is_delegated && then.ptr_record === ip.ptr_record)
      return [];
    return [
      `${ip.address} was changed after it was shown: it is now ${formatLocationBeforeRelease(then, names)}, with PTR record '${then.ptr_record}'.`,
    ];
  });
  if (lines.length === 0) return;
  throw new ConflictError(lines, {
    code: 'ADDRESS_CHANGED_MEANWHILE',
    hint: 'Nothing was released. Run the command again to see the current state.',
  });
}

function formatLocationBeforeRelease(ip: Address, names: ResourceNames): string {
  return ip.server === null ? describeAddressLocation(ip, names) : `on ${describeAddressLocation(ip, names)}`;
}

/** Returns the words that name the account in the question; empty if the credentials come from the environment. */
function formatAccountSuffix({ source, profile }: Session): string {
  if (source === 'sandbox') return ' of the sandbox';
  return profile === undefined ? '' : ` of profile '${profile}'`;
}

function formatAddressCount(n: number): string {
  return n === 1 ? 'one address' : `${n} addresses`;
}
