/** The API's objects as src/api/ returns them: missing fields have defaults (R-GET-4), unknown fields are kept. */

export type YesNo = 'yes' | 'no';

export interface Address {
  /** `public`, `utility`, `private` or a value that is newer than this program (R-MOD-7). */
  readonly access: string;
  /** The address in the service's own spelling (R-MOD-6). */
  readonly address: string;
  readonly family: 'IPv4' | 'IPv6';
  readonly part_of_plan: YesNo;
  /** The hostname; empty if there is no record. */
  readonly ptr_record: string;
  /** The UUID of the server; null if the address is detached. */
  readonly server: string | null;
  /** The MAC address of the interface; null if the address is detached. */
  readonly mac: string | null;
  readonly floating: YesNo;
  /** `keep` or `release`; null if the API does not report it. */
  readonly release_policy: string | null;
  readonly is_delegated: YesNo;
  readonly zone: string;
  /** Fields that newer responses may have (R-MOD-7). They are passed on unchanged, whatever their type; `ip show` prints them. */
  readonly account_id?: unknown;
  readonly delegated_to_account_id?: unknown;
  readonly dhcp_provided?: unknown;
}

/** An address of the account's list as the API reported it: `floating` is null where the response leaves it out (R-GET-4). */
export type ListedAddress = Omit<Address, 'floating'> & { readonly floating: YesNo | null };

export interface Server {
  readonly uuid: string;
  readonly title: string;
  readonly hostname: string;
  readonly zone: string;
  /** `started`, `stopped`, `maintenance` or `error`. */
  readonly state: string;
}

export interface ServerDetails extends Server {
  readonly networking: { readonly interfaces: { readonly interface: readonly NetworkInterface[] } };
}

export interface NetworkInterface {
  readonly index: number;
  /** `public`, `utility` or `private`. */
  readonly type: string;
  readonly mac: string;
  /** The UUID of the network. */
  readonly network: string;
  readonly ip_addresses: {
    readonly ip_address: readonly {
      readonly address: string;
      readonly family: string;
      readonly floating: YesNo;
      readonly dhcp_provided?: unknown;
    }[];
  };
}

export interface Zone {
  readonly id: string;
  readonly description: string;
}

export interface Account {
  readonly username: string;
  /** The credits, in cents of the account's currency. */
  readonly credits: number;
  readonly resource_limits: {
    readonly detached_floating_ips?: number | undefined;
    readonly public_ipv4?: number | undefined;
    readonly public_ipv6?: number | undefined;
  };
}

export interface ZonePrice {
  readonly name: string;
  /** The price of `amount` addresses for one hour. `price` is in cents. */
  readonly ipv4_address?: { readonly amount: number; readonly price: number } | undefined;
}

export interface LoadBalancer {
  readonly uuid: string;
  readonly name: string;
  readonly zone: string;
  /** Empty if the API does not report the networks. */
  readonly networks: readonly LoadBalancerNetwork[];
  readonly ip_addresses: readonly { readonly address: string; readonly network_name: string }[];
}

export interface LoadBalancerNetwork {
  readonly name: string;
  /** `public` or `private`. */
  readonly type: string;
  readonly family: string;
}
