import { isSameAddress } from './address.ts';
import type { Address, LoadBalancer, NetworkInterface, ServerDetails } from './model.ts';

/** The facts that `ip show` adds to the API's own object. Every key is always present. */
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
  /** What happens to the address when its server or service is deleted, as a sentence. */
  readonly on_deletion: string;
}

/**
 * Returns the details of an address.
 * @param server the server that the address is on; undefined if the address is detached or the server was not fetched
 * @param services the load balancers of the account; undefined if they could not be fetched
 */
export function createAddressDetails(
  ip: Address,
  server: ServerDetails | undefined,
  services: readonly LoadBalancer[] | undefined,
): AddressDetails {
  const networkInterface = server?.networking.interfaces.interface.find(
    (one) => findAddressOnInterface(one, ip) !== undefined,
  );
  return {
    server_details: server
      ? { uuid: server.uuid, title: server.title, hostname: server.hostname, state: server.state, zone: server.zone }
      : null,
    interface: networkInterface
      ? {
          index: networkInterface.index,
          type: networkInterface.type,
          mac: networkInterface.mac,
          other_addresses: networkInterface.ip_addresses.ip_address
            .map(({ address }) => address)
            .filter((address) => !isSameAddress(address, ip.address)),
        }
      : null,
    delegated_to: ip.is_delegated === 'yes' ? findHoldingService(ip.address, services ?? []) : null,
    on_deletion: describeDeletionEffect(ip),
  };
}

/** Returns the service that holds a delegated address; name and UUID are null if no known service holds it. */
export function findHoldingService(
  address: string,
  services: readonly LoadBalancer[],
): NonNullable<AddressDetails['delegated_to']> {
  const service = services.find(({ ip_addresses }) =>
    (ip_addresses ?? []).some((held) => isSameAddress(held.address, address)),
  );
  return { service: 'load-balancer', name: service?.name ?? null, uuid: service?.uuid ?? null };
}

/** Returns the service that holds a delegated address, as part of a sentence. */
export function describeHolder(address: string, services: readonly LoadBalancer[]): string {
  const { name, uuid } = findHoldingService(address, services);
  return name === null ? 'a load balancer' : `load balancer '${name}' (${uuid})`;
}

function findAddressOnInterface(networkInterface: NetworkInterface, ip: Address) {
  return networkInterface.ip_addresses.ip_address.find(({ address }) => isSameAddress(address, ip.address));
}

/**
 * Returns the field `dhcp_provided` of the address: `yes`, `no` or undefined (R-MOD-7). If the address does not have the
 * field, returns the field of its entry in the server's interfaces.
 */
export function findDhcpProvided(ip: Address, server: ServerDetails | undefined): unknown {
  const entries = server?.networking.interfaces.interface.map((networkInterface) =>
    findAddressOnInterface(networkInterface, ip),
  );
  return ip.dhcp_provided ?? entries?.find((entry) => entry !== undefined)?.dhcp_provided;
}

/** Returns whether the address can have a release policy: only public IPv4 addresses can (R-MOD-E). */
export function canHaveReleasePolicy({ access, family }: Address): boolean {
  return access === 'public' && family === 'IPv4';
}

/**
 * Returns a sentence that says what happens to the address when its server or service is deleted. This depends on the release
 * policy and the location of the address (R-POL-1 to R-POL-3, R-DEL-2).
 */
function describeDeletionEffect(ip: Address): string {
  if (ip.access === 'utility') return 'The address is lost when its server is deleted.';
  if (ip.access === 'private')
    return 'The address belongs to a private network of the account and is lost when its interface is deleted.';
  if (ip.access !== 'public') return `Unknown: this version of upc does not know the access type '${ip.access}'.`;
  if (ip.server === null && ip.is_delegated === 'no')
    return 'The address is detached and stays on the account until it is released.';
  const { release_policy: policy } = ip;
  if (!canHaveReleasePolicy(ip) || policy === 'release')
    return `The address is lost when ${describeDeletionEvent(ip)}.`;
  if (policy === 'keep') return `The address ${describeKeptAddress(ip)} when ${describeDeletionEvent(ip)}.`;
  if (policy !== null) return `Unknown: this version of upc does not know the release policy '${policy}'.`;
  // If the API reports no policy, the default applies: floating IPs are kept (R-FLT-2), and regular addresses are lost
  // (R-ASG-8).
  const byDefault = ip.floating === 'yes' ? describeKeptAddress(ip) : 'is lost';
  return `The API reports no release policy. By default the address ${byDefault} when ${describeDeletionEvent(ip)}.`;
}

const describeDeletionEvent = ({ is_delegated }: Address): string =>
  is_delegated === 'yes' ? 'the load balancer returns it or is deleted' : 'its server is deleted';

const describeKeptAddress = ({ is_delegated, floating }: Address): string =>
  floating === 'yes' && is_delegated === 'no'
    ? 'stays on the account as a detached floating IP'
    : 'becomes a detached floating IP';
