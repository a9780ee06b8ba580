/** The types of the guard's state machine: its configuration, observations and decisions. */

/** One of the two servers between which a guard moves addresses. */
export type ServerRole = 'primary' | 'standby';

export const getOtherRole = (side: ServerRole): ServerRole => (side === 'primary' ? 'standby' : 'primary');

/** The location of a guarded address. */
export type AddressLocation = ServerRole | 'elsewhere' | 'detached' | 'delegated' | 'gone';

export interface GuardConfig {
  readonly titles: Readonly<Record<ServerRole, string>>;
  /** Failed checks in a row before an address moves to the standby. */
  readonly failures: number;
  /** Successful checks in a row before an address moves back to the primary. */
  readonly successes: number;
  readonly failBack: boolean;
  /** The guard reads the location at least this often, so that it notices an API outage before a failover needs the API. */
  readonly locateEveryMs: number;
  /** The time after a move during which the address does not move again. */
  readonly cooldownMs: number;
}

/** How many checks of the primary failed or succeeded in a row. */
export interface HealthCounts {
  /** Failed checks in a row; 0 if the last check succeeded. */
  readonly failures: number;
  readonly successes: number;
}

/** The state of one guarded address. */
export interface AddressState {
  readonly address: string;
  /** The last known location. */
  readonly location: AddressLocation;
  /** When the location was last read, in milliseconds of the monotonic clock. */
  readonly locatedAt: number;
  /** Whether another failover is allowed: a check must have succeeded since the last failover. */
  readonly mayFailOver: boolean;
  /** Whether this guard moved the address to the standby, or found it there when the guard began. */
  readonly movedByUs: boolean;
  /** The last move of this guard. The move is verified once a read has shown the address at its new location. */
  readonly lastMove: { readonly to: ServerRole; readonly at: number; readonly isVerified: boolean } | null;
  /** A move whose outcome is unknown. `reads` is the number of later reads that did not show the address on the new server. */
  readonly uncertainMove: { readonly to: ServerRole; readonly at: number; readonly reads: number } | null;
  readonly apiFails: boolean;
  /** The last reported reason why the address was not moved. The same reason is not reported again. */
  readonly lastReason: string | null;
}

/** One observation about an address. `at` is the time in milliseconds of the monotonic clock. */
export type AddressObservation =
  /** The primary was checked. */
  | { readonly kind: 'checked'; readonly at: number }
  | { readonly kind: 'seen'; readonly at: number; readonly location: AddressLocation }
  /** The location could not be read, or a move failed before it was sent. */
  | { readonly kind: 'api-failed'; readonly at: number; readonly message: string }
  | { readonly kind: 'moved'; readonly at: number; readonly to: ServerRole }
  | { readonly kind: 'rejected'; readonly at: number; readonly to: ServerRole; readonly message: string }
  | { readonly kind: 'unknown'; readonly at: number; readonly to: ServerRole; readonly message: string };

export type AddressAction =
  | { readonly kind: 'wait' }
  /** Read the location of the address after a pause. */
  | { readonly kind: 'locate'; readonly afterMs: number }
  | { readonly kind: 'move'; readonly from: ServerRole; readonly to: ServerRole };

export type GuardEventName =
  | 'started'
  | 'healthy'
  | 'check-failed'
  | 'check-repeated'
  | 'down'
  | 'recovered'
  | 'moved'
  | 'not-moved'
  | 'move-unknown'
  | 'moved-by-others'
  | 'api-failed'
  | 'api-back'
  | 'hook-failed'
  | 'log-lost'
  | 'stopped';

/** One event that the guard reports. */
export interface GuardEvent {
  readonly event: GuardEventName;
  readonly message: string;
  /** The address that the event is about; absent for events of the whole guard. */
  readonly address?: string;
  /** The role of the server that the address left; absent if the event is not a move. */
  readonly from?: ServerRole;
  readonly to?: ServerRole;
}

export interface AddressStep {
  readonly state: AddressState;
  readonly events: readonly GuardEvent[];
  readonly action: AddressAction;
}
