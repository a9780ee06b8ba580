import * as v from 'valibot';
import { NotFoundError, UnexpectedResponseError, UpcError } from '../core/errors.ts';
import { chooseShellSafeWord } from '../core/shell-safe-word.ts';
import { isSameAddress, toCanonicalAddress } from '../domain/address.ts';
import { isSameMac } from '../domain/mac.ts';
import type { Address, ListedAddress } from '../domain/model.ts';
import { isSamePtr } from '../domain/ptr.ts';
import { type ChangeCheckResult, changeAndConfirm } from './change-and-confirm.ts';
import { addressListResponseSchema, addressResponseSchema, listedAddressesResponseSchema } from './schema.ts';
import type { Api, ChangeRequest, ReadOptions, ValueWithFreshness } from './transport.ts';

/** Fetches all IP addresses of the account (`GET /ip_address`, R-LIST-1). */
export async function listAddresses(api: Api, options?: ReadOptions): Promise<Address[]> {
  return (await api.read(['ip_address'], addressListResponseSchema, options)).ip_addresses.ip_address;
}

/**
 * Fetches the same list as {@link listAddresses}, but a missing `floating` becomes null instead of `no`: the address may be
 * a floating IP.
 */
export async function listAddressesWithNullableFloating(api: Api): Promise<ListedAddress[]> {
  return (await api.read(['ip_address'], listedAddressesResponseSchema)).ip_addresses.ip_address;
}

/**
 * Fetches one address (`GET /ip_address/{address}`, R-GET-1).
 * @param address as the API spells it: the API may reject other spellings (R-GET-3)
 * @throws UpcError if the API rejects the request (exit 5: no such address; exit 4: another account's address);
 *   UnexpectedResponseError if the response describes another address
 */
export async function getAddress(api: Api, address: string, options?: ReadOptions): Promise<Address> {
  return requireSameAddress(address, await api.read(['ip_address', address], addressResponseSchema, options));
}

/** Returns the address in a response. @throws UnexpectedResponseError if the response describes another address */
function requireSameAddress(address: string, { ip_address }: { readonly ip_address: Address }): Address {
  if (!isSameAddress(ip_address.address, address)) throw createOtherAddressError(address, ip_address.address);
  return ip_address;
}

/** Fetches one address like {@link getAddress}, but returns undefined if the API does not know the address. */
export async function getAddressIfExists(
  api: Api,
  address: string,
  options?: ReadOptions,
): Promise<Address | undefined> {
  try {
    return await getAddress(api, address, options);
  } catch (error) {
    if (isUnknownAddress(error)) return undefined;
    throw error;
  }
}

/**
 * Fetches an address that the user named. The API may not find an IPv6 address by its canonical spelling (R-GET-3). In this
 * case, the account's list shows how the API spells it. Later requests must use the spelling of the returned address.
 * @param address in canonical spelling
 * @throws the errors of getAddress() and listAddresses()
 */
export async function getAddressByAnySpelling(api: Api, address: string): Promise<Address> {
  return (await fetchAddressForChange(api, address)).value;
}

/**
 * Fetches an address like {@link getAddressByAnySpelling}, for a change that depends on the address's location. Pass the
 * result to {@link getCurrentAddress} before you send the change.
 */
export async function fetchAddressForChange(api: Api, address: string): Promise<ValueWithFreshness<Address>> {
  try {
    const { value, isCurrent } = await api.observe(['ip_address', address], addressResponseSchema);
    return { value: requireSameAddress(address, value), isCurrent };
  } catch (error) {
    if (!isUnknownAddress(error)) throw error;
    if (!address.includes(':')) throw createUnknownAddressError(address, { status: error.status });
    const found = indexByAddress(await listAddresses(api)).get(toCanonicalAddress(address));
    if (found === undefined) throw createUnknownAddressError(address, { status: error.status });
    return { value: found, isCurrent: () => false };
  }
}

/**
 * Returns the current state of an address, for use immediately before a change (T-15). Reads the address again if `value` may
 * be outdated.
 */
export async function getCurrentAddress(api: Api, { value, isCurrent }: ValueWithFreshness<Address>): Promise<Address> {
  return isCurrent() ? value : getAddress(api, value.address);
}

function isUnknownAddress(error: unknown): error is UpcError {
  return error instanceof UpcError && error.code === 'IP_ADDRESS_NOT_FOUND';
}

/** The attributes of `POST /ip_address` for a regular address (R-ASG-1) or, with `floating`, for a floating IP (R-FLT-1). */
export interface NewAddress {
  readonly access?: string;
  readonly family?: string;
  readonly address?: string;
  readonly server?: string;
  readonly mac?: string;
  readonly zone?: string;
  readonly floating?: 'yes' | undefined;
  readonly release_policy?: string;
}

/**
 * Creates an address (`POST /ip_address`). If the response is lost, fetches the account's addresses again (T-5). If exactly
 * one new address matches the request, returns this address. Otherwise the outcome is unknown. Never repeats a create
 * request that may have been sent.
 * @param list the account's addresses before the call
 * @throws UpcError if the API rejects the request; UnknownOutcomeError
 */
export async function createAddress(
  api: Api,
  requested: NewAddress,
  list: readonly Pick<Address, 'address'>[],
): Promise<Address> {
  const before = new Set(list.map((ip) => toCanonicalAddress(ip.address)));
  let candidate: string | undefined;
  const checkCreated = async (): Promise<ChangeCheckResult<Address>> => {
    const fresh = (await listAddresses(api, { isOutcomeCheck: true })).filter(
      (ip) => !before.has(toCanonicalAddress(ip.address)) && matchesRequestedAddress(ip, requested),
    );
    const [only] = fresh;
    // Accept an address only if two checks in a row show it as the only new address. Another client may create an address
    // at the same moment, and the first check may show only that client's address.
    const known = candidate;
    candidate = fresh.length === 1 && only ? toCanonicalAddress(only.address) : undefined;
    if (only !== undefined && fresh.length === 1 && toCanonicalAddress(only.address) === known)
      return { isDone: true, value: only };
    const names = fresh.map(({ address }) => address).join(', ');
    return {
      isDone: false,
      observed: fresh.length === 0 ? 'no new address was listed' : `the list contained the new addresses ${names}`,
    };
  };
  const plausible = v.object({
    ip_address: v.pipe(
      addressResponseSchema.entries.ip_address,
      // Accept a response without `floating`, because the API may leave the field out (R-GET-4). checkCreated() requires
      // the field, because a new address in the list may come from another client.
      v.check(
        (ip) =>
          !before.has(toCanonicalAddress(ip.address)) &&
          matchesRequestedAddress(ip, { ...requested, floating: undefined }),
        'describes another address',
      ),
    ),
  });
  return changeAndConfirm(api, {
    what: requested.floating ? 'the creation of the floating IP' : 'the assignment of the address',
    checkCommand: requested.floating
      ? 'ip float list'
      : `ip list${requested.server ? ` --server ${chooseShellSafeWord('server', requested.server)}` : ''}`,
    isRepeatable: false,
    send: async () => (await api.change(createAddressRequest(requested), plausible)).ip_address,
    check: checkCreated,
  });
}

function matchesRequestedAddress(ip: Address, requested: NewAddress): boolean {
  return (
    ip.family === (requested.family ?? 'IPv4') &&
    ip.access === (requested.access ?? 'public') &&
    (ip.floating === 'yes' || requested.floating === undefined) &&
    (requested.address === undefined || isSameAddress(ip.address, requested.address)) &&
    (requested.server === undefined || ip.server === requested.server) &&
    (requested.mac === undefined || isSameMac(ip.mac, requested.mac)) &&
    (requested.zone === undefined || ip.zone === requested.zone)
  );
}

// These functions build the requests that change addresses, both for sending and for a dry run.
export const createAddressRequest = (requested: NewAddress): ChangeRequest => ({
  method: 'POST',
  segments: ['ip_address'],
  body: { ip_address: requested },
  isCreate: true,
});
export const createModifyAddressRequest = (address: string, change: AddressChange): ChangeRequest => ({
  method: 'PATCH',
  segments: ['ip_address', address],
  body: { ip_address: change },
});
export const createReleaseAddressRequest = (address: string): ChangeRequest => ({
  method: 'DELETE',
  segments: ['ip_address', address],
});

/** The attributes of `PATCH /ip_address/{address}`. A `mac` of null detaches; a `ptr_record` of "" restores the default. */
export interface AddressChange {
  readonly mac?: string | null;
  readonly ptr_record?: string;
  readonly release_policy?: 'keep' | 'release';
}

/**
 * Modifies an address (`PATCH /ip_address/{address}`, R-MOD-A to R-MOD-G). If the response is lost, a GET shows whether the
 * change was carried out (T-5).
 * @param before the address as last fetched. A reset is confirmed when the PTR record differs from the one in `before`
 * @throws UpcError if the API rejects the request; UnknownOutcomeError
 */
export async function modifyAddress(api: Api, before: Address, change: AddressChange): Promise<Address> {
  const { address } = before;
  const changed = v.object({
    ip_address: v.pipe(
      addressResponseSchema.entries.ip_address,
      // A response with status 202 may show the old state. Only the requested state proves that the change was carried out.
      v.check(
        (ip) => isSameAddress(ip.address, address) && hasRequestedState(ip, before, change),
        'does not show the requested state',
      ),
    ),
  });
  return changeAndConfirm<Address>(api, {
    what: `the change of ${address}`,
    checkCommand: `ip show ${address}`,
    isRepeatable: true,
    send: async () => (await api.change(createModifyAddressRequest(address, change), changed)).ip_address,
    check: async () => {
      const value = await getAddress(api, address, { isOutcomeCheck: true });
      if (hasRequestedState(value, before, change)) return { isDone: true, value };
      return { isDone: false, observed: describeChangedAttributes(value, change) };
    },
  });
}

function hasRequestedState(ip: Address, before: Address, change: AddressChange): boolean {
  const ptr = change.ptr_record;
  return (
    (change.mac === undefined || isSameMac(ip.mac, change.mac)) &&
    (ptr === undefined || (ptr === '' ? ip.ptr_record !== before.ptr_record : isSamePtr(ip.ptr_record, ptr))) &&
    // Accept a missing policy, because the API may leave the field out (R-GET-4).
    (change.release_policy === undefined || ip.release_policy === null || ip.release_policy === change.release_policy)
  );
}

/** Returns the current values of the attributes that the change contains, as part of a sentence. */
function describeChangedAttributes(ip: Address, change: AddressChange): string {
  const parts = [
    change.mac !== undefined && (ip.mac === null ? 'it was detached' : `it was attached to interface ${ip.mac}`),
    change.ptr_record !== undefined && `its PTR record was '${ip.ptr_record}'`,
    change.release_policy !== undefined && `its release policy was ${ip.release_policy ?? 'missing in the response'}`,
  ];
  return parts.filter((part) => part !== false).join(' and ');
}

/**
 * Releases an address (`DELETE /ip_address/{address}`). If the response is lost, a GET shows the outcome (T-5). Only a 404
 * from the API itself proves that the address was released.
 * @param ip the address as the API spells it: a 404 for another spelling would not prove the release
 * @throws UpcError if the API rejects the request; UnknownOutcomeError
 */
export async function releaseAddress(api: Api, { address }: Address): Promise<void> {
  return changeAndConfirm<void>(api, {
    what: `the release of ${address}`,
    checkCommand: `ip show ${address}`,
    isRepeatable: true,
    send: () => api.change(createReleaseAddressRequest(address), v.undefined()),
    check: async () => {
      const now = await getAddressIfExists(api, address, { isOutcomeCheck: true });
      return now === undefined
        ? { isDone: true, value: undefined }
        : { isDone: false, observed: 'the address was still on this account' };
    },
  });
}

/** Returns a map from canonical addresses to the addresses of the list, for findAddress(). */
export function indexByAddress(list: readonly Address[]): ReadonlyMap<string, Address> {
  return new Map(list.map((ip) => [toCanonicalAddress(ip.address), ip]));
}

/**
 * Finds an address, in any spelling, in the account's list.
 * @param hints what the user can do, in addition to listing the addresses
 * @throws NotFoundError
 */
export function findAddress(
  list: ReadonlyMap<string, Address>,
  address: string,
  hints: readonly string[] = [],
): Address {
  const found = list.get(toCanonicalAddress(address));
  if (found) return found;
  throw createUnknownAddressError(address, { hints });
}

/**
 * Returns the error for an address that is not on the account.
 * @param status the HTTP status; undefined if only the account's list was searched
 */
function createUnknownAddressError(
  address: string,
  { status, hints = [] }: { readonly status?: number | undefined; readonly hints?: readonly string[] },
): NotFoundError {
  return new NotFoundError(`This account has no IP address ${address}.`, {
    code: 'IP_ADDRESS_NOT_FOUND',
    status,
    hint: [(upc) => `\`${upc('ip list')}\` shows the addresses of this account.`, ...hints],
  });
}

function createOtherAddressError(requested: string, received: string): UnexpectedResponseError {
  return new UnexpectedResponseError(
    `Unexpected response from the API: it describes ${received}, and the request was for ${requested}.`,
    {
      hint: 'upc does not use this response. Run the command again, and check for a cache or a proxy between this machine and the API.',
    },
  );
}
