/**
 * The simulated accounts and everything in them, as plain JSON. Rules, which handle requests, take a state and return the
 * next state. Attributes of the API have the same spelling as in the API, so that a response is easy to compare with the
 * state.
 */
export interface State {
  readonly version: 2;
  readonly seed: string;
  readonly accounts: readonly Account[];
  readonly zones: readonly Zone[];
  readonly servers: readonly Server[];
  readonly addresses: readonly Address[];
  readonly loadBalancers: readonly LoadBalancer[];
  readonly storages: readonly Storage[];
  /**
   * The SDN networks of all accounts. Public and utility networks are not stored, because the zone and the account
   * determine their UUIDs.
   */
  readonly networks: readonly PrivateNetwork[];
}

export interface Account {
  readonly username: string;
  readonly password: string;
  readonly token: string;
  /** The credits, in cents. With no credits left, nothing that costs money can be created (R-ASG-9). */
  readonly credits: number;
  /** Whether the account may request a specific address (R-ASG-7). */
  readonly address_selection: boolean;
  readonly resource_limits: {
    readonly detached_floating_ips: number;
    readonly public_ipv4: number;
    readonly public_ipv6: number;
  };
}

export interface Zone {
  readonly id: string;
  readonly description: string;
  readonly number: number;
  /** The free addresses. New addresses are taken from the front; released addresses are added at the end (R-REL-5). */
  readonly pool: { readonly public: readonly string[]; readonly utility: readonly string[] };
  /**
   * The first four groups of the zone's IPv6 addresses, such as `2001:db8:1:1`. The other groups are derived from the MAC
   * (R-MOD-3).
   */
  readonly ipv6_prefix: string;
  /** The network of the zone's public IPv4 addresses, such as `192.0.2.0/24`. */
  readonly public_range: string;
  /** The prices of the zone in cents per hour, as `GET /price` returns them. */
  readonly prices: { readonly ipv4_address: number; readonly server_core: number };
}

export type ServerState = 'started' | 'stopped' | 'maintenance' | 'error';

export type YesNo = 'yes' | 'no';

export interface Label {
  readonly key: string;
  readonly value: string;
}

/** Settings of a server that clients can change. The sandbox stores these settings, but does not act on them. */
export interface ServerSettings {
  readonly boot_order: string;
  readonly firewall: 'on' | 'off';
  readonly metadata: YesNo;
  readonly nic_model: string;
  readonly remote_access_enabled: YesNo;
  readonly remote_access_password: string;
  readonly remote_access_type: string;
  readonly simple_backup: string;
  readonly timezone: string;
  readonly video_model: string;
}

/** A state that a server will enter at a later time, without a further request. */
export interface ScheduledState {
  readonly state: ServerState;
  /** When the server will enter the state, in milliseconds since 1970. */
  readonly at: number;
}

export interface Server extends ServerSettings {
  readonly uuid: string;
  readonly owner: string;
  readonly title: string;
  readonly hostname: string;
  readonly zone: string;
  readonly state: ServerState;
  /** The scheduled states of the server, the next one first. */
  readonly upcoming: readonly ScheduledState[];
  readonly plan: string;
  readonly core_number: string;
  readonly memory_amount: string;
  /** Seconds since 1970. */
  readonly created: number;
  readonly labels: readonly Label[];
  readonly interfaces: readonly ServerInterface[];
}

export interface ServerInterface {
  readonly index: number;
  readonly type: Access;
  readonly mac: string;
  /** The UUID of the network that the interface is in. */
  readonly network: string;
  readonly bootable: YesNo;
  readonly source_ip_filtering: YesNo;
  /**
   * The family of the interface's regular address. Floating IPs are attached only to public IPv4 interfaces (R-MOD-4).
   */
  readonly family: Family;
}

export type Family = 'IPv4' | 'IPv6';
/** The kind of network that an address is in. `private` means an SDN network (R-MOD-7). */
export type Access = 'public' | 'utility' | 'private';
export type ReleasePolicy = 'keep' | 'release';

/** An address in use: attached to an interface (`mac`), delegated (`load_balancer`), or detached (neither). */
export interface Address {
  readonly address: string;
  readonly owner: string;
  readonly access: Access;
  readonly family: Family;
  readonly floating: boolean;
  readonly part_of_plan: boolean;
  readonly ptr_record: string;
  readonly release_policy: ReleasePolicy;
  readonly zone: string;
  readonly mac: string | null;
  readonly load_balancer: string | null;
}

/** A disk. The sandbox has disks only because clients create and delete them together with servers. */
export interface Storage {
  readonly uuid: string;
  readonly owner: string;
  readonly title: string;
  /** Gibibytes. */
  readonly size: number;
  readonly tier: string;
  readonly zone: string;
  readonly encrypted: YesNo;
  readonly labels: readonly Label[];
  readonly backup_rule: Readonly<Record<string, string>>;
  /** Seconds since 1970. */
  readonly created: number;
  /** The server to which the disk is attached, and the position there. Null if the disk is detached. */
  readonly device: { readonly server: string; readonly address: string; readonly boot_disk: '0' | '1' } | null;
}

export interface PrivateNetwork {
  readonly uuid: string;
  readonly owner: string;
  readonly name: string;
  readonly zone: string;
  readonly router: string | null;
  readonly labels: readonly Label[];
  readonly ip_network: IpNetwork;
}

/** The IP network of a network, as in the API: address range, DHCP settings and gateway. */
export interface IpNetwork {
  readonly address: string;
  readonly dhcp: YesNo;
  readonly dhcp_default_route: YesNo;
  readonly dhcp_dns: readonly string[];
  readonly family: Family;
  readonly gateway: string;
}

export interface LoadBalancer {
  readonly uuid: string;
  readonly owner: string;
  readonly name: string;
  readonly zone: string;
  readonly plan: string;
  readonly operational_state: 'running' | 'setup-agent' | 'pending';
  readonly configured_status: 'started' | 'stopped';
  readonly created_at: string;
  readonly updated_at: string;
  readonly networks: readonly LoadBalancerNetwork[];
  readonly ip_addresses: readonly Delegation[];
  readonly labels: readonly Label[];
  /** The backends as in the request, with default values added. The sandbox does not use them. */
  readonly backends: readonly object[];
  readonly frontends: readonly object[];
  readonly resolvers: readonly object[];
}

export interface LoadBalancerNetwork {
  readonly name: string;
  readonly type: 'public' | 'private';
  readonly family: Family;
  /** The UUID of the SDN network; absent on a public network. */
  readonly uuid?: string | undefined;
  readonly created_at: string;
  readonly updated_at: string;
}

/** The delegation of a floating IP to a load balancer. */
export interface Delegation {
  readonly address: string;
  readonly network_name: string;
  readonly created_at: string;
  readonly updated_at: string;
}

/** The clock and the random numbers. Rules get them as an argument, so that tests can replace them. */
export interface SandboxEnvironment {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Returns a random number from 0 to 1, excluding 1. */
  readonly random: () => number;
  /**
   * How long a server takes to start or to stop, in milliseconds. With 0, the default, the next request already sees the
   * new state.
   */
  readonly transitionMs?: number | undefined;
}

/** A response of the API: a status and a JSON body. A response with status 204 has no body. */
export interface ApiResponse {
  readonly status: number;
  readonly body?: unknown;
  /**
   * Whether the response is from a newer service, such as load balancers. Newer services use other media types than the
   * classic API.
   */
  readonly service?: boolean;
  readonly problem?: boolean;
}

/**
 * What a rule returns: the response, and the state after the request. If nothing changed, the state is the same object as
 * before.
 */
export interface RuleOutcome {
  readonly state: State;
  readonly response: ApiResponse;
}

/** Stores a state. Changes run one after the other. The promise of a change resolves when the change is saved. */
export interface Store {
  /** Applies a change to the current state and saves the new state. @throws Error if the state cannot be read or written */
  transact<T extends { readonly state: State }>(change: (state: State) => T): Promise<T>;
  read(): Promise<State>;
}
