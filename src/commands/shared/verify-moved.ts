import { getAddress } from '../../api/addresses.ts';
import { formatUtcTime, REPEATING_IS_SAFE, repeatCheckUntil } from '../../api/change-and-confirm.ts';
import type { Api } from '../../api/transport.ts';
import { ConflictError, UnknownOutcomeError } from '../../core/errors.ts';
import { isSameMac } from '../../domain/mac.ts';
import type { Address, Server } from '../../domain/model.ts';
import { findServerByUuid } from '../../domain/server-index.ts';
import { getServerDisplayName } from '../../domain/server-name.ts';
import { CHANGED_AGAIN_CODE } from './bulk.ts';
import type { TargetInterface } from './target.ts';

/**
 * Checks after a move that no other client moved the address at the same moment (T-15). A read may lag behind and show the
 * old location, which proves nothing (T-17). Two reads in a row that show neither the old nor the new location prove another
 * move.
 * @throws ConflictError if another client moved the address; UnknownOutcomeError if the move is not visible
 */
export async function assertMoveVisible(
  api: Api,
  before: Address,
  { server, mac: requested }: TargetInterface,
  servers: readonly Server[],
): Promise<void> {
  const { address } = before;
  const isOnThirdInterface = ({ mac }: Address) => !isSameMac(mac, requested) && !isSameMac(mac, before.mac);
  let thirds = 0;
  const read = async () => {
    const now = await getAddress(api, address, { isOutcomeCheck: true });
    thirds = isOnThirdInterface(now) ? thirds + 1 : 0;
    return now;
  };
  const sighting = await repeatCheckUntil(api, read, ({ mac }) => isSameMac(mac, requested));
  // The API confirmed the move, so failing to verify it is not an error.
  if (sighting === undefined) return api.note(`${address} was moved, but its location could not be verified.`);
  const { value: now, at } = sighting;
  if (isSameMac(now.mac, requested)) return;
  if (thirds > 1) {
    throw new ConflictError(
      `${address} was moved to ${getServerDisplayName(server)}, but another client moved it again: it is ${formatAddressLocation(now, servers)}.`,
      { code: CHANGED_AGAIN_CODE, hint: 'Check for another failover script that moves the same address.' },
    );
  }
  throw new UnknownOutcomeError(
    `The API confirmed the move of ${address} to ${getServerDisplayName(server)}, but does not show it yet. When last checked (${formatUtcTime(at)}), the address was ${formatAddressLocation(now, servers)}.`,
    { hint: [(upc) => `Check: ${upc(`ip show ${address}`)}`, REPEATING_IS_SAFE] },
  );
}

/** Returns the location of an address, as the end of a sentence. */
export function formatAddressLocation(ip: Address, servers: readonly Server[]): string {
  if (ip.server === null) return 'detached';
  const server = findServerByUuid(servers, ip.server);
  return `on ${server ? getServerDisplayName(server) : ip.server}`;
}
