import { isSameAddress } from './address.ts';
import type { Address, LoadBalancer, NetworkInterface, ServerDetails } from './model.ts';

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
  const nic = server?.networking.interfaces.interface.find((one) => entryOf(one, ip) !== undefined);
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

function entryOf(nic: NetworkInterface, ip: Address) {
  return nic.ip_addresses.ip_address.find(({ address }) => isSameAddress(address, ip.address));
}

/** Returns whether the server gets the address by DHCP, as the address or its interface says it (R-MOD-7): `yes`, `no` or nothing. */
export function dhcpProvidedOf(ip: Address, server: ServerDetails | undefined): unknown {
  const entries = server?.networking.interfaces.interface.map((nic) => entryOf(nic, ip));
  return ip.dhcp_provided ?? entries?.find((entry) => entry !== undefined)?.dhcp_provided;
}

/** Whether the address can have a release policy: only public IPv4 addresses can (R-MOD-E). */
export function canHavePolicy({ access, family }: Address): boolean {
  return access === 'public' && family === 'IPv4';
}

/** The release policy in words, for the place where the address is (R-POL-1 to R-POL-3, R-DEL-2). */
function onDeletion(ip: Address): string {
  if (ip.access === 'utility') return 'It goes with its server.';
  if (ip.access === 'private')
    return 'It belongs to a private network of the account, and goes with its interface there.';
  if (ip.access !== 'public')
    return `The service did not say: an address with access '${ip.access}' is new to this program.`;
  if (ip.server === null && ip.is_delegated === 'no') return 'It is detached: it stays until it is released.';
  const { release_policy: policy } = ip;
  if (!canHavePolicy(ip) || policy === 'release') return `It is lost when ${lossOf(ip)}.`;
  if (policy === 'keep') return `It ${keptAs(ip)} when ${lossOf(ip)}.`;
  if (policy !== null) return `The service did not say: the release policy '${policy}' is new to this program.`;
  // Floating IPs are kept by default (R-FLT-2), regular addresses are not (R-ASG-8).
  const byDefault = ip.floating === 'yes' ? keptAs(ip) : 'is lost';
  return `The service did not say its release policy; by default it ${byDefault} when ${lossOf(ip)}.`;
}

const lossOf = ({ is_delegated }: Address): string =>
  is_delegated === 'yes' ? 'the service gives it back or is deleted' : 'its server is deleted';

const keptAs = ({ is_delegated, floating }: Address): string =>
  floating === 'yes' && is_delegated === 'no' ? 'stays as a detached floating IP' : 'becomes a detached floating IP';
