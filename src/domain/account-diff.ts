import { toCanonicalAddress } from './address.ts';
import { isInternal } from './filter.ts';
import { isSameMac } from './mac.ts';
import type { Address } from './model.ts';
import { isDefaultPtr, isSamePtr } from './ptr.ts';
import { sortByAddress } from './ptr-plan.ts';

/** The ways in which an address can differ from a snapshot. */
export const differenceKinds = ['attachment', 'ptr', 'policy', 'delegation', 'missing', 'new'] as const;
export type DifferenceKind = (typeof differenceKinds)[number];

/** The kinds of difference that `upc ip restore` can undo. */
export const restorableKinds = ['attachment', 'ptr', 'policy'] as const;
export type RestorableKind = (typeof restorableKinds)[number];

/** One difference between a snapshot of the account's addresses and the current list. Every key is always present. */
export interface Difference {
  /** The address in the service's spelling. */
  readonly address: string;
  readonly what: DifferenceKind;
  /**
   * The current value: a MAC address, a PTR record or a release policy; for a delegation, `yes` or `no`. Null if there is no
   * value.
   */
  readonly now: string | null;
  /** The value in the snapshot. */
  readonly before: string | null;
  /** For an attachment, the UUID of the current server, or null if the address is detached. Null for all other kinds. */
  readonly server_now: string | null;
  /**
   * For an attachment, the UUID of the server in the snapshot, or null if the address was detached. Null for all other kinds.
   */
  readonly server_before: string | null;
}

/** Returns the differences, sorted by address. Each address has its differences in the order of `differenceKinds`. */
export function diffAccount(snapshot: readonly Address[], current: readonly Address[]): Difference[] {
  const earlier = new Map(snapshot.map((ip) => [toCanonicalAddress(ip.address), ip]));
  const now = new Map(current.map((ip) => [toCanonicalAddress(ip.address), ip]));
  const gone = snapshot
    .filter(({ address }) => !now.has(toCanonicalAddress(address)))
    .map((ip) => createPresenceDifference(ip, 'missing'));
  const added = current
    .filter(({ address }) => !earlier.has(toCanonicalAddress(address)))
    .map((ip) => createPresenceDifference(ip, 'new'));
  const changed = current.flatMap((ip) => {
    const before = earlier.get(toCanonicalAddress(ip.address));
    return before ? diffAddress(before, ip) : [];
  });
  return sortByAddress([...gone, ...changed, ...added]);
}

const noServerUuids = { server_now: null, server_before: null };

function createPresenceDifference({ address }: Address, what: 'missing' | 'new'): Difference {
  return { address, what, now: null, before: null, ...noServerUuids };
}

/** Returns the differences between an address in the snapshot and the same address now. */
export function diffAddress(before: Address, now: Address): Difference[] {
  const { address } = now;
  const found: Difference[] = [];
  if (!isSameMac(now.mac, before.mac) || now.server !== before.server) {
    found.push({
      address,
      what: 'attachment',
      now: now.mac,
      before: before.mac,
      server_now: now.server,
      server_before: before.server,
    });
  }
  // UpCloud may change a default name, so two default names count as equal. An empty record in the snapshot counts as the
  // default, because UpCloud replaces an empty record with the default name.
  const isBackToDefault = isDefaultPtr(now) && (before.ptr_record === '' || isDefaultPtr(before));
  if (!isSamePtr(now.ptr_record, before.ptr_record) && !isBackToDefault)
    found.push({ address, what: 'ptr', now: now.ptr_record, before: before.ptr_record, ...noServerUuids });
  // The API may report no policy (R-GET-4). There is then nothing to compare.
  if (now.release_policy !== null && before.release_policy !== null && now.release_policy !== before.release_policy)
    found.push({ address, what: 'policy', now: now.release_policy, before: before.release_policy, ...noServerUuids });
  if (now.is_delegated !== before.is_delegated)
    found.push({ address, what: 'delegation', now: now.is_delegated, before: before.is_delegated, ...noServerUuids });
  return found;
}

/** The attributes of the request that restores an address. */
export interface RestoreChange {
  readonly mac?: string | null;
  readonly ptr_record?: string;
  readonly release_policy?: 'keep' | 'release';
}

/** The plan for one address: the change that restores it, or the reason why it cannot be restored. */
export type RestoreStep =
  | { readonly address: string; readonly differences: readonly Difference[]; readonly change: RestoreChange }
  | { readonly address: string; readonly differences: readonly Difference[]; readonly reason: RestoreObstacle };

export interface RestoreObstacle {
  readonly code: string;
  readonly message: string;
}

/**
 * Returns the plan that restores the account: one request for each address that differs.
 * @param only the kinds of difference to restore; the others are skipped
 */
export function planRestore(
  differences: readonly Difference[],
  current: readonly Address[],
  only: ReadonlySet<RestorableKind>,
): RestoreStep[] {
  const now = new Map(current.map((ip) => [ip.address, ip]));
  const byAddress = groupByAddress(differences);
  return [...byAddress].flatMap(([address, all]): RestoreStep[] => {
    const ip = now.get(address);
    const wanted = all.filter(({ what }) => only.has(what as RestorableKind));
    const obstacle = findRestoreObstacle(all, wanted, ip);
    if (obstacle) return [{ address, differences: all, reason: obstacle }];
    return wanted.length > 0 ? [{ address, differences: wanted, change: createRestoreChange(wanted, address) }] : [];
  });
}

function groupByAddress(differences: readonly Difference[]): Map<string, Difference[]> {
  const groups = new Map<string, Difference[]>();
  for (const one of differences) {
    const group = groups.get(one.address);
    if (group) group.push(one);
    else groups.set(one.address, [one]);
  }
  return groups;
}

/** Returns the reason why an address cannot be restored; undefined if it can be, or if there is nothing to restore. */
function findRestoreObstacle(
  all: readonly Difference[],
  wanted: readonly Difference[],
  ip: Address | undefined,
): RestoreObstacle | undefined {
  if (all.some(({ what }) => what === 'missing'))
    return {
      code: 'IP_ADDRESS_NOT_FOUND',
      message: 'The address is no longer on this account and cannot be restored.',
    };
  const moves = wanted.some(({ what }) => what === 'attachment');
  if (moves && ip?.is_delegated === 'yes')
    return {
      code: 'IP_ADDRESS_DELEGATED',
      message: 'The address is delegated to a load balancer. Take it back with `upc ip float undelegate`.',
    };
  if (moves && ip && ip.floating !== 'yes')
    return {
      code: 'FLOATING_IP_NOT_AVAILABLE',
      message: isInternal(ip)
        ? `A ${ip.access} address belongs to its interface and cannot be moved.`
        : 'A regular address belongs to its interface and cannot be moved.',
    };
  if (all.some(({ what, before }) => what === 'delegation' && before === 'yes'))
    return {
      code: 'DELEGATION_NOT_RESTORED',
      message: 'The address was delegated when the snapshot was made. Delegate it again with `upc ip float delegate`.',
    };
  if (wanted.length === 0 && all.some(({ what, before }) => what === 'delegation' && before === 'no'))
    return {
      code: 'DELEGATION_NOT_RESTORED',
      message: 'The address is delegated now. Take it back with `upc ip float undelegate`.',
    };
  return undefined;
}

function createRestoreChange(differences: readonly Difference[], address: string): RestoreChange {
  const findDifference = (what: DifferenceKind) => differences.find((one) => one.what === what);
  const [attachment, ptr, policy] = [findDifference('attachment'), findDifference('ptr'), findDifference('policy')];
  const isDefault = ptr?.before != null && (ptr.before === '' || isDefaultPtr({ address, ptr_record: ptr.before }));
  return {
    ...(attachment && { mac: attachment.before }),
    ...(ptr?.before != null && { ptr_record: isDefault ? '' : ptr.before }),
    ...(policy?.before != null && { release_policy: policy.before as 'keep' | 'release' }),
  };
}
