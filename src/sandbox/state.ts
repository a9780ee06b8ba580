/**
 * The simulated account and everything in it, as plain JSON: what the rules read and return and what the store keeps.
 * Attributes of the API keep the API's spelling, so that an answer can be told from the state at a glance.
 */
export interface State {
  readonly version: 2;
  readonly seed: string;
  readonly accounts: readonly Account[];
  readonly zones: readonly Zone[];
  readonly servers: readonly Server[];
  readonly addresses: readonly Address[];
  readonly loadBalancers: readonly LoadBalancer[];
}

export interface Account {
  readonly username: string;
  readonly password: string;
  readonly token: string;
  /** Cents; at zero or below nothing that costs money can be made (R-ASG-9). */
  readonly credits: number;
  /** The privilege to choose an address (R-ASG-7). */
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
  /** Free addresses, handed out from the front and returned at the end (R-REL-5). */
  readonly pool: { readonly public: readonly string[]; readonly utility: readonly string[] };
  /** The first four groups of the zone's IPv6 addresses, such as `2001:db8:1:1`; the rest follows from the MAC (R-MOD-3). */
  readonly ipv6_prefix: string;
  /** Cents per hour (`GET /price`). */
  readonly prices: { readonly ipv4_address: number; readonly server_core: number };
}

export type ServerState = 'started' | 'stopped' | 'maintenance' | 'error';

export interface Server {
  readonly uuid: string;
  readonly owner: string;
  readonly title: string;
  readonly hostname: string;
  readonly zone: string;
  readonly state: ServerState;
  readonly plan: string;
  readonly core_number: string;
  readonly memory_amount: string;
  readonly interfaces: readonly Interface[];
}

export interface Interface {
  readonly index: number;
  readonly type: 'public' | 'utility';
  readonly mac: string;
  readonly network: string;
  /** The family of the regular address it was made for; floating addresses sit on public IPv4 interfaces only (R-MOD-4). */
  readonly family: Family;
}

export type Family = 'IPv4' | 'IPv6';
export type Access = 'public' | 'utility';
export type ReleasePolicy = 'keep' | 'release';

/** One address in use. It is on an interface (`mac`), delegated (`load_balancer`), or detached (neither). */
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

export interface LoadBalancer {
  readonly uuid: string;
  readonly owner: string;
  readonly name: string;
  readonly zone: string;
  readonly plan: string;
  readonly operational_state: 'running' | 'setup-agent' | 'pending';
  readonly created_at: string;
  readonly networks: readonly { readonly name: string; readonly type: 'public' | 'private'; readonly family: Family }[];
  readonly ip_addresses: readonly { readonly address: string; readonly network_name: string }[];
}

/** What the rules may not do themselves: the clock and chance are handed in. */
export interface Environment {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** A number in [0, 1). */
  readonly random: () => number;
}

/** An answer of the API: a status and a JSON body, or none (204). */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly problem?: boolean;
}

/** What every rule returns: the state afterwards (the very same object when nothing changed) and the answer. */
export interface Outcome {
  readonly state: State;
  readonly answer: Answer;
}

/** Where a state lives. Changes are carried out one after the other; an outcome is handed out once it is durable. */
export interface Store {
  /** @throws when the state cannot be read or written */
  transact<T extends { readonly state: State }>(change: (state: State) => T): Promise<T>;
  read(): Promise<State>;
}
