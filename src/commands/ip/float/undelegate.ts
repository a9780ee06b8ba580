import { createModifyAddressRequest, getAddress, getAddressIfExists, modifyAddress } from '../../../api/addresses.ts';
import { REPEATING_IS_SAFE, repeatCheckUntil } from '../../../api/change-and-confirm.ts';
import { createUndelegationRequest, undelegateAddress } from '../../../api/load-balancers.ts';
import type { Api } from '../../../api/transport.ts';
import { defineCommand } from '../../../app/command.ts';
import type { Context } from '../../../app/context.ts';
import {
  ConflictError,
  DeclinedError,
  exit,
  toUpcError,
  UnknownOutcomeError,
  UpcError,
  UsageError,
} from '../../../core/errors.ts';
import { isSameAddress, parseAddress } from '../../../domain/address.ts';
import { findHoldingService } from '../../../domain/address-details.ts';
import { assertFloatingIp } from '../../../domain/assert-allowed.ts';
import { addressPredicates } from '../../../domain/completion-predicates.ts';
import type { Address, LoadBalancer } from '../../../domain/model.ts';
import { noNames } from '../../../output/address.ts';
import { canAskQuestions, confirmByTyping } from '../../../prompt/prompt.ts';
import { changeCommandExitCodes, showChangedAddress, showDryRunRequests } from '../../shared/change.ts';
import { fetchDelegationState } from '../../shared/delegation.ts';
import { createFloatingIpArgument, dryRunOption } from '../../shared/shared-options.ts';

interface UndelegateOptions {
  readonly keep?: boolean;
  readonly release?: boolean;
  readonly dryRun?: boolean;
}

export default defineCommand<[address: string], UndelegateOptions>({
  summary: 'Take a floating IP back from its load balancer; the address is kept, unless its release policy is release',
  arguments: [createFloatingIpArgument(addressPredicates.areDelegated)],
  options: [
    { flags: '--keep', description: 'set the release policy to keep first, so that the address stays' },
    {
      flags: '--release',
      description: 'allow UpCloud to delete the address if its release policy is release',
      conflicts: ['keep'],
    },
    dryRunOption,
  ],
  examples: [
    'upc ip float undelegate 192.0.2.80 --sandbox',
    'upc ip float undelegate 192.0.2.80 --keep --sandbox',
    'upc ip float undelegate 192.0.2.80 --sandbox --dry-run',
  ],
  notes: [
    'UpCloud deletes an address with the release policy `release` when it is taken back. This cannot be undone. Such an address,',
    'and one whose release policy the API does not show, needs --keep or --release. With --release, the command asks you to type',
    'the address; without a terminal, it needs --yes. --yes without --release never deletes an address.',
  ],
  json: 'one address, with changed: bool, delegated_to (null) and released: bool (whether the address was deleted)',
  exits: [...changeCommandExitCodes, [6, 'the release policy was set to keep, but the address was not taken back']],
  run: (context, [address], options) => runUndelegate(context, address, options),
});

async function runUndelegate(context: Context, text: string, options: UndelegateOptions): Promise<void> {
  const { canonical } = parseAddress(text);
  const api = await context.api();
  const { ip, loadBalancers: all } = await fetchDelegationState(api, canonical);
  assertFloatingIp(ip, 'delegated');
  const holder = all.find(({ uuid }) => uuid === findHoldingService(ip.address, all).uuid);
  if (holder === undefined && ip.is_delegated === 'yes') throw createUnknownHolderError(ip);
  if (holder === undefined || ip.is_delegated === 'no') {
    if (options.dryRun) return showDryRunRequests(context, []);
    return showUndelegation(
      context,
      ip,
      { changed: false, released: false },
      `${ip.address} is not delegated (unchanged).`,
    );
  }
  const isKept = ip.release_policy === 'keep';
  const setsPolicy = !isKept && options.keep === true;
  if (!isKept && !setsPolicy && options.release !== true && (options.dryRun || !canAskQuestions(context)))
    throw createWouldBeDeletedError(ip);
  if (options.dryRun) {
    const policy = setsPolicy ? [createModifyAddressRequest(ip.address, { release_policy: 'keep' })] : [];
    return showDryRunRequests(context, [...policy, createUndelegationRequest(holder.uuid, ip.address)]);
  }
  if (!isKept && !setsPolicy) await confirmDeletion(context, ip, holder, options.release === true);
  await undelegateWithPolicy(context, api, ip, holder, setsPolicy ? 'set to keep' : isKept ? 'keep' : 'may be deleted');
}

/**
 * Whether the address is kept. `keep`: its release policy is keep already. `set to keep`: this command sets the policy.
 * `may be deleted`: the user allows the deletion.
 */
type PolicyOutcome = 'keep' | 'set to keep' | 'may be deleted';

async function undelegateWithPolicy(
  context: Context,
  api: Api,
  ip: Address,
  holder: LoadBalancer,
  policyOutcome: PolicyOutcome,
): Promise<void> {
  if (policyOutcome !== 'set to keep')
    return undelegateAndShow(context, api, await getAddress(api, ip.address), holder, policyOutcome);
  await modifyAddress(api, ip, { release_policy: 'keep' });
  try {
    await undelegateAndShow(context, api, await readAddressAfterSettingKeep(api, ip), holder, policyOutcome);
  } catch (error) {
    throw warnOfPolicyChangeAndMapError(context, ip, toUpcError(error));
  }
}

/** Reads the address after its policy was set to keep. Reads may lag behind that change (T-17). */
async function readAddressAfterSettingKeep(api: Api, ip: Address): Promise<Address> {
  const read = () => getAddress(api, ip.address, { isOutcomeCheck: true });
  const last = await repeatCheckUntil(api, read, ({ release_policy: policy }) => policy !== 'release');
  return last?.value ?? { ...ip, release_policy: 'keep' };
}

/**
 * Takes the address back from the load balancer and shows the result.
 * @param now the address, read immediately before this call: another process may have changed its policy (T-15)
 */
async function undelegateAndShow(
  context: Context,
  api: Api,
  now: Address,
  holder: LoadBalancer,
  policyOutcome: PolicyOutcome,
): Promise<void> {
  if (policyOutcome !== 'may be deleted' && now.release_policy === 'release')
    throw createReleasePolicyError(now, policyOutcome);
  const isReleased = policyOutcome === 'may be deleted' && now.release_policy !== 'keep';
  await undelegateAddress(api, now, holder, isReleased);
  const after = await readAddressAfterUndelegation(api, now, isReleased);
  const from = `from load balancer ${holder.name}`;
  if (after === undefined) {
    const gone: Address = { ...now, is_delegated: 'no' };
    return showUndelegation(
      context,
      gone,
      { changed: true, released: true },
      `Took ${now.address} back ${from}; the address was deleted.`,
    );
  }
  const message = `Took ${now.address} back ${from}; the address is now detached.`;
  await showUndelegation(context, after, { changed: true, released: false }, message);
}

/**
 * Handles an error after the policy was set to keep. Warns that the policy was changed. Returns the error with exit code 6
 * instead of 7, because 7 would claim that nothing was changed (T-5).
 */
function warnOfPolicyChangeAndMapError({ out }: Context, { address }: Address, error: UpcError): UpcError {
  out.warn(`The release policy of ${address} was set to keep before the command failed.`);
  if (error.exitCode !== exit.unreachable) return error;
  const { lines, code, status } = error;
  return new UpcError(exit.partial, lines, {
    code,
    status,
    hint: [`${address} was not taken back from its load balancer.`, REPEATING_IS_SAFE],
  });
}

/**
 * Reads the address after the load balancer gave it back. Reads may lag behind (T-17).
 * @returns the address; undefined if it was deleted
 * @throws UnknownOutcomeError if an address that should stay is not visible
 */
async function readAddressAfterUndelegation(
  api: Api,
  before: Address,
  isReleased: boolean,
): Promise<Address | undefined> {
  const { address } = before;
  const read = async () => (await getAddressIfExists(api, address, { isOutcomeCheck: true })) ?? 'gone';
  const isFinal = (seen: Address | 'gone') => (seen === 'gone' ? isReleased : seen.is_delegated === 'no');
  const seen = (await repeatCheckUntil(api, read, isFinal))?.value;
  if (seen === 'gone' && isReleased) return undefined;
  if (seen !== 'gone' && seen?.is_delegated === 'no') return seen;
  if (seen !== 'gone' && !isReleased) return { ...(seen ?? before), is_delegated: 'no' };
  throw new UnknownOutcomeError(
    `The load balancer gave ${address} back, but whether the address still exists is unknown.`,
    { hint: [(upc) => `Check: ${upc(`ip show ${address}`)}`, REPEATING_IS_SAFE] },
  );
}

interface UndelegateResult {
  readonly changed: boolean;
  readonly released: boolean;
}

function showUndelegation(
  context: Context,
  ip: Address,
  { changed, released }: UndelegateResult,
  message: string,
): Promise<void> {
  return showChangedAddress(context, ip, changed, noNames, message, { delegated_to: null, released });
}

/**
 * Asks the user to type the address, because taking it back deletes it, which cannot be undone. With both --release and --yes,
 * the user has confirmed the deletion already.
 * @param isAllowed whether --release is given
 * @throws UsageError without a terminal; DeclinedError if the user does not confirm the deletion
 */
async function confirmDeletion(
  context: Context,
  { address }: Address,
  { name }: LoadBalancer,
  isAllowed: boolean,
): Promise<void> {
  if (isAllowed && context.globals.yes) return;
  if (!canAskQuestions(context)) {
    throw new UsageError(
      `Deleting ${address} needs confirmation, but there is no terminal.`,
      'Add --yes to delete it without asking, or keep it with --keep.',
      'CONFIRMATION_NEEDED',
    );
  }
  const question = `Type ${address} to take it back from load balancer ${name} and delete it. This cannot be undone (use --keep to keep the address):`;
  if (await confirmByTyping(context, question, address, (typed) => isSameAddress(typed, address))) return;
  throw new DeclinedError();
}

function createWouldBeDeletedError({ address, release_policy: policy }: Address): UsageError {
  return new UsageError(
    policy === 'release'
      ? `${address} has the release policy 'release': taking it back deletes it permanently.`
      : `The API does not show the release policy of ${address}: taking it back may delete it permanently.`,
    'Add --keep to keep it, or --release to let it be deleted.',
    'ADDRESS_WOULD_BE_DELETED',
  );
}

function createReleasePolicyError({ address }: Address, policyOutcome: PolicyOutcome): ConflictError {
  const message =
    policyOutcome === 'set to keep'
      ? `The API confirmed the release policy 'keep' for ${address}, but still shows 'release'.`
      : `The release policy of ${address} is now 'release': another process changed it.`;
  return new ConflictError(message, {
    code: 'ADDRESS_CHANGED_MEANWHILE',
    hint: 'The address was not taken back from its load balancer. Run the command again with --keep.',
  });
}

function createUnknownHolderError({ address }: Address): ConflictError {
  return new ConflictError(`${address} is delegated, but no load balancer of this account lists it.`, {
    code: 'DELEGATION_HOLDER_UNKNOWN',
    hint: (upc) => `See your load balancers: ${upc('load-balancer list')}`,
  });
}
