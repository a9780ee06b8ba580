import {
  type AddressChange,
  createModifyAddressRequest,
  getAddressIfExists,
  modifyAddress,
} from '../../api/addresses.ts';
import type { Api } from '../../api/transport.ts';
import type { Context } from '../../app/context.ts';
import type { Address } from '../../domain/model.ts';
import { isSamePtr } from '../../domain/ptr.ts';
import { isUnusedFloatingIp } from '../../domain/reuse.ts';
import { getServerDisplayName } from '../../domain/server-name.ts';
import type { ResourceNames } from '../../output/address.ts';
import { showChangedAddress, showDryRunRequests } from './change.ts';
import { printGuestConfigHint } from './guest-config-hint.ts';
import type { TargetInterface } from './target.ts';
import { assertMoveVisible } from './verify-moved.ts';

export interface ReuseRequest {
  /** Undefined if the address stays detached. */
  readonly target: TargetInterface | undefined;
  readonly releasePolicy?: 'keep' | 'release';
  readonly ptr?: string;
  readonly names: ResourceNames;
  readonly dryRun?: boolean;
}

/**
 * Takes the first candidate that is still free, changes it as requested, and shows it. The API cannot reserve an address, so
 * another client may take the same one. To notice this, reads the address before the change, and again after attaching it
 * (T-15).
 * @returns false if no candidate is free any more; nothing is shown then
 * @throws ConflictError if another client moved the address again
 */
export async function reuseAddress(
  context: Context,
  api: Api,
  candidates: readonly Address[],
  requested: ReuseRequest,
): Promise<boolean> {
  const ip = await findFirstFreeAddress(api, candidates);
  if (ip === undefined) return false;
  const { target, names, dryRun } = requested;
  const change = createReuseChange(ip, requested);
  const isUnchanged = Object.keys(change).length === 0;
  if (dryRun) {
    context.out.note(`${ip.address} would be reused.`);
    await showDryRunRequests(context, isUnchanged ? [] : [createModifyAddressRequest(ip.address, change)]);
    return true;
  }
  const after = isUnchanged ? ip : await modifyAddress(api, ip, change);
  if (target) await assertMoveVisible(api, ip, target, [target.server]);
  const place = target ? `attached to ${getServerDisplayName(target.server)}` : `detached in zone ${ip.zone}`;
  const message = `Reused ${ip.address}, ${place}${isUnchanged ? ' (unchanged)' : ''}.`;
  await showChangedAddress(context, after, !isUnchanged, names, message);
  if (target) await printGuestConfigHint(context, api, ip.address, target.server);
  return true;
}

async function findFirstFreeAddress(api: Api, candidates: readonly Address[]): Promise<Address | undefined> {
  for (const { address } of candidates) {
    const now = await getAddressIfExists(api, address);
    if (now !== undefined && isUnusedFloatingIp(now)) return now;
  }
  return undefined;
}

/** Returns the attributes to change. They are sent in one request, so that the API changes all of them or none (R-MOD-G). */
function createReuseChange(ip: Address, { target, releasePolicy, ptr }: ReuseRequest): AddressChange {
  return {
    ...(target && { mac: target.mac }),
    ...(ptr !== undefined && !isSamePtr(ip.ptr_record, ptr) && { ptr_record: ptr }),
    ...(releasePolicy !== undefined && ip.release_policy !== releasePolicy && { release_policy: releasePolicy }),
  };
}
