import { lookUpAddress } from '../api/addresses.ts';
import { getServer, listServers } from '../api/servers.ts';
import type { Api } from '../api/transport.ts';
import { delegatedServices } from '../app/lookup.ts';
import { UsageError } from '../core/errors.ts';
import { assertMovable, assertSameZone } from '../domain/assert-allowed.ts';
import { findServer } from '../domain/find-server.ts';
import type { Side } from '../domain/guard.ts';
import { chooseInterface } from '../domain/interface.ts';
import type { Address, ServerDetails } from '../domain/model.ts';
import { serverName } from '../domain/server-name.ts';
import type { InterfaceRef } from './address-port.ts';

/** The two servers, as the options name them. */
export interface TargetNames {
  readonly primary: string;
  readonly standby: string;
  readonly primaryInterface?: number;
  readonly standbyInterface?: number;
}

export interface GuardTargets {
  readonly ip: Address;
  readonly servers: Readonly<Record<Side, ServerDetails>>;
}

/** Everything is looked up once: names may change while the guard runs, UUIDs and MAC addresses do not. */
export async function findTargets(api: Api, address: string, options: TargetNames): Promise<GuardTargets> {
  const [ip, all] = await Promise.all([lookUpAddress(api, address), listServers(api)]);
  assertMovable(ip, 'guarded', { loadBalancers: await delegatedServices(api, [ip]) });
  const [one, two] = [findServer(all, options.primary), findServer(all, options.standby)];
  if (one.uuid === two.uuid)
    throw new UsageError(
      `--primary and --standby are the same server: ${serverName(one)}.`,
      'Name two different ones.',
    );
  for (const server of [one, two]) assertSameZone(ip, server);
  const [primary, standby] = await Promise.all([getServer(api, one.uuid), getServer(api, two.uuid)]);
  return { ip, servers: { primary, standby } };
}

/** The interface that the address goes to: the one named, the one where it is now, or the server's only one. */
export function interfaceOf(ip: Address, server: ServerDetails, side: Side, options: TargetNames): InterfaceRef {
  const named = side === 'primary' ? options.primaryInterface : options.standbyInterface;
  if (named === undefined && ip.server === server.uuid && ip.mac !== null) return { uuid: server.uuid, mac: ip.mac };
  try {
    return { uuid: server.uuid, mac: chooseInterface(server, { index: named }).mac };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(
      error.message,
      error.hints.map((line) => line.replaceAll('--interface', `--${side}-interface`)),
      error.code,
    );
  }
}
