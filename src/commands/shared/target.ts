import { listAddresses } from '../../api/addresses.ts';
import { getServer } from '../../api/servers.ts';
import type { Api } from '../../api/transport.ts';
import { serverByName } from '../../app/lookup.ts';
import { UsageError } from '../../core/errors.ts';
import { assertSameZone } from '../../domain/assert-allowed.ts';
import { chooseInterface, serverOfMac } from '../../domain/interface.ts';
import { isSameMac } from '../../domain/mac.ts';
import type { Address, NetworkInterface, Server, ServerDetails } from '../../domain/model.ts';

/** Where a floating IP is to go, as the options say it. */
export interface TargetOptions {
  readonly server?: string | undefined;
  readonly interface?: number | undefined;
  readonly mac?: string | undefined;
}

export interface Target {
  readonly server: ServerDetails;
  readonly nic: NetworkInterface;
}

/** What is at hand already, or on its way. */
interface Known {
  /** The account's, for a MAC address to be looked up in. */
  readonly addresses?: readonly Address[];
  /** What goes there: where it is on that server already and no interface was named, its own is meant. */
  readonly going?: Promise<Address>;
  readonly servers?: Promise<readonly Server[]>;
}

/**
 * The server and interface that the options mean.
 * @throws UsageError, NotFoundError
 */
export async function findTarget(
  api: Api,
  options: TargetOptions,
  { addresses, going, servers }: Known = {},
): Promise<Target> {
  if (options.server === undefined && options.mac === undefined) {
    throw new UsageError('No server given.', 'Give --server <title, hostname or UUID>, or --mac <mac>.');
  }
  const server =
    options.server === undefined && options.mac !== undefined
      ? await getServer(api, serverOfMac(addresses ?? (await listAddresses(api)), options.mac))
      : await serverByName(api, options.server ?? '', servers);
  const isNamed = options.interface !== undefined || options.mac !== undefined;
  const ip = await going;
  // Before an interface is asked for, of a server that it cannot be on at all.
  if (ip) assertSameZone(ip, server);
  const now = isNamed ? null : (ip?.mac ?? null);
  const own = server.networking.interfaces.interface.find(({ mac }) => now !== null && isSameMac(mac, now));
  return { server, nic: own ?? chooseInterface(server, { index: options.interface, mac: options.mac }) };
}
