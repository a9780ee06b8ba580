import * as v from 'valibot';
import { UnexpectedResponseError, NotFoundError, UpcError } from '../core/errors.ts';
import { shellSafeWord } from '../core/shell-safe-word.ts';
import { addressKey, isSameAddress } from '../domain/address.ts';
import { isSameMac } from '../domain/mac.ts';
import type { Address } from '../domain/model.ts';
import { samePtr } from '../domain/ptr.ts';
import { addressResponse, addressListResponse } from './schema.ts';
import { type Finding, settle } from './settle.ts';
import type { Api, ChangeRequest, ReadOptions } from './transport.ts';

/** `GET /ip_address`: everything on the account (R-LIST-1). */
export async function listAddresses(api: Api, options?: ReadOptions): Promise<Address[]> {
  return (await api.read(['ip_address'], addressListResponse, options)).ip_addresses.ip_address;
}

/**
 * `GET /ip_address/{address}` (R-GET-1).
 * @param address in the service's spelling: nothing says that it knows another (R-GET-3)
 * @throws UpcError for a refusal (exit 5: there is none; 4: another account's), UnexpectedResponseError where the answer is about another address
 */
export async function getAddress(api: Api, address: string, options?: ReadOptions): Promise<Address> {
  const { ip_address } = await api.read(['ip_address', address], addressResponse, options);
  if (!isSameAddress(ip_address.address, address)) throw otherAddress(address, ip_address.address);
  return ip_address;
}

/**
 * Finds an address that a user names. Where the service does not know an IPv6 address by its canonical spelling, the account's
 * list shows how it spells it. From then on its own spelling is sent.
 * @param address canonical
 * @throws UpcError as getAddress() and listAddresses() do
 */
export async function lookUpAddress(api: Api, address: string): Promise<Address> {
  try {
    return await getAddress(api, address);
  } catch (error) {
    if (!isUnknownAddress(error) || !address.includes(':')) throw error;
    const found = indexByAddress(await listAddresses(api)).get(addressKey(address));
    if (found === undefined) throw error;
    return found;
  }
}

function isUnknownAddress(error: unknown): boolean {
  return error instanceof UpcError && error.code === 'IP_ADDRESS_NOT_FOUND';
}

/** The attributes of `POST /ip_address` for a regular address (R-ASG-1) or, with `floating`, a floating one (R-FLT-1). */
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
 * `POST /ip_address`. A lost answer is settled by comparing the list before with the list after (T-5): exactly one new
 * address that fits was made by this call; none or several leave it unknown. Never a second request.
 * @throws UpcError for a refusal, UnknownOutcomeError
 */
export async function createAddress(api: Api, requested: NewAddress, list: readonly Address[]): Promise<Address> {
  const before = new Set(list.map((ip) => addressKey(ip.address)));
  let candidate: string | undefined;
  const look = async (): Promise<Finding<Address>> => {
    const fresh = (await listAddresses(api, { settling: true })).filter(
      (ip) => !before.has(addressKey(ip.address)) && fits(ip, requested),
    );
    const [only] = fresh;
    // Seen alone twice: another's creation, lost at the same moment, has had the time to show.
    const known = candidate;
    candidate = fresh.length === 1 && only ? addressKey(only.address) : undefined;
    if (only !== undefined && fresh.length === 1 && addressKey(only.address) === known)
      return { done: true, value: only };
    const names = fresh.map(({ address }) => address).join(', ');
    return { done: false, seen: fresh.length === 0 ? 'no new address was listed' : `new in the list: ${names}` };
  };
  const plausible = v.object({
    ip_address: v.pipe(
      addressResponse.entries.ip_address,
      // Older answers may leave `floating` out (R-GET-4); a list, in which another's may stand, must say it.
      v.check(
        (ip) => !before.has(addressKey(ip.address)) && fits(ip, { ...requested, floating: undefined }),
        'is about another address',
      ),
    ),
  });
  return settle(api, {
    what: requested.floating ? 'the creation of the floating IP' : 'the assignment of the address',
    checkWith: requested.floating
      ? 'ip float list'
      : `ip list${requested.server ? ` --server ${shellSafeWord('server', requested.server)}` : ''}`,
    isRepeatable: false,
    act: async () => (await api.change(createRequest(requested), plausible)).ip_address,
    look,
  });
}

function fits(ip: Address, requested: NewAddress): boolean {
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

/** The requests that change something, as they go out and as a dry run shows them. */
export const createRequest = (requested: NewAddress): ChangeRequest => ({
  method: 'POST',
  segments: ['ip_address'],
  body: { ip_address: requested },
});
export const modifyRequest = (address: string, change: AddressChange): ChangeRequest => ({
  method: 'PATCH',
  segments: ['ip_address', address],
  body: { ip_address: change },
});
export const releaseRequest = (address: string): ChangeRequest => ({
  method: 'DELETE',
  segments: ['ip_address', address],
});

/** The attributes of `PATCH /ip_address/{address}`; a `mac` of null detaches, a `ptr_record` of "" sets the default back. */
export interface AddressChange {
  readonly mac?: string | null;
  readonly ptr_record?: string;
  readonly release_policy?: 'keep' | 'release';
}

/**
 * `PATCH /ip_address/{address}` (R-MOD-A to R-MOD-G). A lost answer is settled by a GET and a comparison (T-5).
 * @param before the address as it was last seen: a cleared PTR record is told by its having changed
 */
export async function modifyAddress(api: Api, before: Address, change: AddressChange): Promise<Address> {
  const { address } = before;
  const aboutIt = v.object({
    ip_address: v.pipe(
      addressResponse.entries.ip_address,
      // A 202 may come with the state before: only the requested one says that it was done.
      v.check(
        (ip) => isSameAddress(ip.address, address) && holds(ip, before, change),
        'does not show the requested state',
      ),
    ),
  });
  return settle<Address>(api, {
    what: `the change of ${address}`,
    checkWith: `ip show ${address}`,
    isRepeatable: true,
    act: async () => (await api.change(modifyRequest(address, change), aboutIt)).ip_address,
    look: async () => {
      const value = await getAddress(api, address, { settling: true });
      return holds(value, before, change) ? { done: true, value } : { done: false, seen: stateText(value, change) };
    },
  });
}

function holds(ip: Address, before: Address, change: AddressChange): boolean {
  const ptr = change.ptr_record;
  return (
    (change.mac === undefined || isSameMac(ip.mac, change.mac)) &&
    (ptr === undefined || (ptr === '' ? ip.ptr_record !== before.ptr_record : samePtr(ip.ptr_record, ptr))) &&
    // Older answers may leave the policy out (R-GET-4): what is not told is not contradicted.
    (change.release_policy === undefined || ip.release_policy === null || ip.release_policy === change.release_policy)
  );
}

/** What the change was to alter, as it is: continues a sentence. */
function stateText(ip: Address, change: AddressChange): string {
  const parts = [
    change.mac !== undefined && (ip.mac === null ? 'it was detached' : `it was attached to interface ${ip.mac}`),
    change.ptr_record !== undefined && `its PTR record was '${ip.ptr_record}'`,
    change.release_policy !== undefined && `its release policy was ${ip.release_policy ?? 'not shown'}`,
  ];
  return parts.filter((part) => part !== false).join(' and ');
}

/**
 * `DELETE /ip_address/{address}`. A lost answer is settled by a GET: only the API's own 404 means released (T-5).
 * @param ip as the service sent it: a 404 on a spelling that it has never used would prove nothing
 * @throws UpcError for a refusal, UnknownOutcomeError
 */
export async function releaseAddress(api: Api, { address }: Address): Promise<void> {
  return settle<void>(api, {
    what: `the release of ${address}`,
    checkWith: `ip show ${address}`,
    isRepeatable: true,
    act: () => api.change(releaseRequest(address), v.undefined()),
    look: async () => {
      try {
        await getAddress(api, address, { settling: true });
        return { done: false, seen: 'the address was still on this account' };
      } catch (error) {
        if (isUnknownAddress(error)) return { done: true, value: undefined };
        throw error;
      }
    },
  });
}

/** The account's list by addressKey(), for findAddress(): many are looked up in many. */
export function indexByAddress(list: readonly Address[]): ReadonlyMap<string, Address> {
  return new Map(list.map((ip) => [addressKey(ip.address), ip]));
}

/** Returns the address of the account's list, whatever its spelling. @throws NotFoundError */
export function findAddress(list: ReadonlyMap<string, Address>, address: string): Address {
  const found = list.get(addressKey(address));
  if (found) return found;
  throw new NotFoundError(`There is no address ${address} on this account.`, {
    code: 'IP_ADDRESS_NOT_FOUND',
    hint: (upc) => `\`${upc('ip list')}\` shows the addresses that are there.`,
  });
}

function otherAddress(asked: string, got: string): UnexpectedResponseError {
  return new UnexpectedResponseError(`Unexpected answer from the API: asked about ${asked}, told about ${got}.`, {
    hint: 'Nothing is assumed about such an answer. Try again; look for a cache or proxy in between.',
  });
}
