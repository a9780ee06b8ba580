import { isSameAddress } from './address.ts';
import type { Address, LoadBalancer, ServerDetails } from './model.ts';

/** What `ip show` tells of an address beyond the API's own object; each key is always there. */
export interface AddressDetails {
  readonly server_details: {
    readonly uuid: string;
    readonly title: string;
    readonly hostname: string;
    readonly state: string;
    readonly zone: string;
  } | null;
  readonly interface: {
    readonly index: number;
    readonly type: string;
    readonly mac: string;
    readonly other_addresses: readonly string[];
  } | null;
  readonly delegated_to: {
    readonly service: string;
    readonly name: string | null;
    readonly uuid: string | null;
  } | null;
  /** What happens to the address when what it depends on is deleted, as a sentence. */
  readonly on_deletion: string;
}

/** @param services undefined where they could not be had */
export function detailsOf(
  ip: Address,
  server: ServerDetails | undefined,
  services: readonly LoadBalancer[] | undefined,
): AddressDetails {
  const nic = server?.networking.interfaces.interface.find((one) =>
    one.ip_addresses.ip_address.some(({ address }) => isSameAddress(address, ip.address)),
  );
  return {
    server_details: server
      ? { uuid: server.uuid, title: server.title, hostname: server.hostname, state: server.state, zone: server.zone }
      : null,
    interface: nic
      ? {
          index: nic.index,
          type: nic.type,
          mac: nic.mac,
          other_addresses: nic.ip_addresses.ip_address
            .map(({ address }) => address)
            .filter((address) => !isSameAddress(address, ip.address)),
        }
      : null,
    delegated_to: ip.is_delegated === 'yes' ? holderOf(ip.address, services ?? []) : null,
    on_deletion: onDeletion(ip),
  };
}

/** The service that holds a delegated address; its name is null where it could not be found. */
export function holderOf(
  address: string,
  services: readonly LoadBalancer[],
): NonNullable<AddressDetails['delegated_to']> {
  const service = services.find(({ ip_addresses }) =>
    (ip_addresses ?? []).some((held) => isSameAddress(held.address, address)),
  );
  return { service: 'load-balancer', name: service?.name ?? null, uuid: service?.uuid ?? null };
}

/** The release policy in words, for the place where the address is (R-POL-1 to R-POL-3, R-DEL-2). */
function onDeletion(ip: Address): string {
  if (ip.access === 'utility') return 'It goes with its server.';
  if (ip.is_delegated === 'yes') {
    return ip.release_policy === 'release'
      ? 'It is lost when the service gives it back or is deleted.'
      : 'It becomes a detached floating IP when the service gives it back or is deleted.';
  }
  if (ip.server === null) return 'It is detached: it stays until it is released.';
  if (ip.release_policy === 'keep') {
    return ip.floating === 'yes'
      ? 'It stays as a detached floating IP when its server is deleted.'
      : 'It becomes a detached floating IP when its server is deleted.';
  }
  return 'It is lost when its server is deleted.';
}
