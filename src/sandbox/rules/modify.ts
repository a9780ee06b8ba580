/** `PATCH /ip_address/{address}`: modifies an address. Checks the whole request before changing anything (R-MOD-G). */
import type { Account, Address, State } from '../state.ts';
import { defineRule, reject, rejectInvalidAttribute } from './api-error.ts';
import { type BodyFields, readChoice, readMac, readText, rejectUnknownAttributes, unwrapBody } from './body.ts';
import { replaceAddress } from './change.ts';
import { findOwnAddress, findPublicIPv4Interface } from './find.ts';
import { assertPolicyAllowed, rejectFloatingIp } from './limits.ts';
import { toAddressBody } from './present.ts';
import { createDefaultPtr, isHostname } from './syntax.ts';

/** The request after its syntax was checked. An attribute that is `undefined` is not changed. */
interface RequestedAddressChange {
  readonly mac: string | null | undefined;
  readonly ptr_record: string | undefined;
  readonly release_policy: Address['release_policy'] | undefined;
}

export const modifyAddress = defineRule((state, account, { params, body }) => {
  const change = readRequestedChange(body);
  const before = findOwnAddress(state, account, params.address ?? '');
  assertPtrAllowed(before, change);
  assertPolicyAllowed(change.release_policy, before.access, before.family);
  const placed =
    change.mac === undefined || isMacIgnored(change, before) ? before : moveAddress(state, account, before, change.mac);
  const after: Address = {
    ...placed,
    ptr_record: change.ptr_record ?? before.ptr_record,
    release_policy: change.release_policy ?? before.release_policy,
  };
  // In a request, "" means the default PTR record, which is derived from the address.
  const named = after.ptr_record === '' && before.access === 'public' ? resetToDefaultPtr(after) : after;
  const next = replaceAddress(state, named);
  return { state: next, response: { status: 202, body: { ip_address: toAddressBody(next, named) } } };
});

function readRequestedChange(body: unknown): RequestedAddressChange {
  const fields = unwrapBody(body, 'ip_address');
  rejectUnknownAttributes(fields, ['mac', 'ptr_record', 'release_policy']);
  return {
    mac: readMac(fields),
    ptr_record: readPtr(fields),
    release_policy: readChoice(fields, 'release_policy', ['keep', 'release']),
  };
}

/** Reads a PTR record, and removes the dot at the end of an absolute name (R-MOD-D). */
function readPtr(fields: BodyFields): string | undefined {
  const given = readText(fields, 'ptr_record');
  if (given === undefined || given === '') return given;
  const name = given.endsWith('.') ? given.slice(0, -1) : given;
  return isHostname(name) ? name : rejectInvalidAttribute('ptr_record');
}

function resetToDefaultPtr(it: Address): Address {
  return { ...it, ptr_record: createDefaultPtr(it.address, it.family, it.zone) };
}

/** Rejects a PTR record on an address that is not public (R-MOD-D). */
function assertPtrAllowed(it: Address, { ptr_record }: RequestedAddressChange): void {
  if (ptr_record === undefined || it.access === 'public') return;
  reject(409, 'PTR_RECORD_NOT_SUPPORTED', 'A PTR record cannot be set on a utility or private IP address.');
}

/**
 * Returns whether to ignore `mac: null`, which normally detaches the address. upctl adds `mac: null` to every change. So
 * `mac: null` is ignored if the address cannot be detached and the request also changes something else (R-MOD-C, R-MOD-F).
 */
function isMacIgnored({ mac, ptr_record, release_policy }: RequestedAddressChange, it: Address): boolean {
  const isAlone = ptr_record === undefined && release_policy === undefined;
  return mac === null && !isAlone && (!it.floating || it.load_balancer !== null);
}

/**
 * Returns the moved address: attached to the interface with this MAC, or detached if `mac` is null (R-MOD-A, R-MOD-B,
 * R-MOD-C, R-MOD-F).
 */
function moveAddress(state: State, account: Account, it: Address, mac: string | null): Address {
  assertNotDelegated(it);
  if (!it.floating) rejectFloatingIp('Only a floating IP address can be attached and detached.');
  if (mac === null) return { ...it, mac };
  const { server } = findPublicIPv4Interface(state, account, mac);
  if (server.zone !== it.zone) {
    rejectFloatingIp(`The IP address is in zone ${it.zone}, the interface in ${server.zone}.`);
  }
  return { ...it, mac };
}

/** Rejects a delegated address, which cannot be moved or released (R-MOD-F, R-REL-2). */
export function assertNotDelegated(it: Address): void {
  if (it.load_balancer === null) return;
  const why = 'The IP address is delegated to a service: it cannot be moved or deleted.';
  reject(409, 'IP_ADDRESS_DELEGATED', why);
}
