/** `PATCH /ip_address/{address}`: everything is checked before anything is applied (R-MOD-G). */
import type { Account, Address, State } from '../state.ts';
import { classic, invalid, reject } from './api-error.ts';
import { choice, type Fields, macField, onlyKnown, text, wrapped } from './body.ts';
import { replaceAddress } from './change.ts';
import { ownAddress, publicIPv4Port } from './find.ts';
import { floatingNotAvailable, needsPolicyAllowed } from './limits.ts';
import { addressBody } from './present.ts';
import { defaultPtr, isHostname } from './syntax.ts';

/** The request, its text checked. What is `undefined` stays as it is. */
interface Change {
  readonly mac: string | null | undefined;
  readonly ptr_record: string | undefined;
  readonly release_policy: Address['release_policy'] | undefined;
}

export const modifyAddress = classic((state, account, { params, body }) => {
  const change = readChange(body);
  const before = ownAddress(state, account, params.address ?? '');
  needsPtrAllowed(before, change);
  needsPolicyAllowed(change.release_policy, before.access, before.family);
  const placed =
    change.mac === undefined || isIdle(change, before) ? before : moved(state, account, before, change.mac);
  const after: Address = {
    ...placed,
    ptr_record: change.ptr_record ?? before.ptr_record,
    release_policy: change.release_policy ?? before.release_policy,
  };
  // "" in the request means the default, which only the address itself can tell.
  const named = after.ptr_record === '' && before.access === 'public' ? withDefaultPtr(after) : after;
  const next = replaceAddress(state, named);
  return { state: next, answer: { status: 202, body: { ip_address: addressBody(next, named) } } };
});

function readChange(body: unknown): Change {
  const fields = wrapped(body, 'ip_address');
  onlyKnown(fields, ['mac', 'ptr_record', 'release_policy']);
  return {
    mac: macField(fields),
    ptr_record: ptrField(fields),
    release_policy: choice(fields, 'release_policy', ['keep', 'release']),
  };
}

/** R-MOD-D. */
function ptrField(fields: Fields): string | undefined {
  const given = text(fields, 'ptr_record');
  if (given === undefined || given === '') return given;
  const name = given.endsWith('.') ? given.slice(0, -1) : given;
  return isHostname(name) ? name : invalid('ptr_record');
}

function withDefaultPtr(it: Address): Address {
  return { ...it, ptr_record: defaultPtr(it.address, it.family, it.zone) };
}

/** R-MOD-D: nobody asks the public DNS for a utility address. */
function needsPtrAllowed(it: Address, { ptr_record }: Change): void {
  if (ptr_record === undefined || it.access === 'public') return;
  reject(409, 'PTR_RECORD_NOT_SUPPORTED', 'A PTR record cannot be set on a utility or private IP address.');
}

/**
 * R-MOD-C, R-MOD-F: a MAC of null beside other attributes changes nothing on an address that is attached to no interface or
 * never leaves its own: upctl sends it with every change.
 */
function isIdle({ mac, ptr_record, release_policy }: Change, it: Address): boolean {
  const isAlone = ptr_record === undefined && release_policy === undefined;
  return mac === null && !isAlone && (!it.floating || it.load_balancer !== null);
}

/** R-MOD-A, R-MOD-B, R-MOD-C, R-MOD-F. */
function moved(state: State, account: Account, it: Address, mac: string | null): Address {
  needsNotDelegated(it);
  if (!it.floating) floatingNotAvailable('Only a floating IP address can be attached and detached.');
  if (mac === null) return { ...it, mac };
  const { server } = publicIPv4Port(state, account, mac);
  if (server.zone !== it.zone) {
    floatingNotAvailable(`The IP address is in zone ${it.zone}, the interface in ${server.zone}.`);
  }
  return { ...it, mac };
}

/** R-MOD-F, R-REL-2. */
export function needsNotDelegated(it: Address): void {
  if (it.load_balancer === null) return;
  const why = 'The IP address is delegated to a service: it can neither be moved nor deleted.';
  reject(409, 'IP_ADDRESS_DELEGATED', why);
}
