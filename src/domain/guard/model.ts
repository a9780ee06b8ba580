/** The words of the guard's state machine: what it is configured with, what it learns, what it decides. */
export type Side = 'primary' | 'standby';

export const otherSide = (side: Side): Side => (side === 'primary' ? 'standby' : 'primary');

/** Where a guarded address is. */
export type Location = Side | 'elsewhere' | 'detached' | 'delegated' | 'gone';

export interface GuardConfig {
  readonly titles: Readonly<Record<Side, string>>;
  /** Failed checks in a row before an address moves to the standby. */
  readonly failures: number;
  /** Successful checks in a row before it moves back. */
  readonly successes: number;
  readonly failBack: boolean;
  /** The location is read at least this often, so that an outage of the API is known before a failover needs it. */
  readonly lookEveryMs: number;
  /** After a move an address stays where it is for this long. */
  readonly cooldownMs: number;
}

/** What the checks of the primary say so far. */
export interface Health {
  /** Failed and successful checks in a row; one of them is 0. */
  readonly failures: number;
  readonly successes: number;
}

/** What a guard knows about one address. */
export interface AddressState {
  readonly address: string;
  /** Where the address was last seen. */
  readonly location: Location;
  readonly lookedAt: number;
  /** A check succeeded since the last failover: another failover is allowed. */
  readonly mayFailOver: boolean;
  /** This guard moved it to the standby, or found it there when it began. */
  readonly movedByUs: boolean;
  /** The last move of this guard; it is verified once a look has shown its result. */
  readonly lastMove: { readonly to: Side; readonly at: number; readonly isVerified: boolean } | null;
  /** A move whose outcome is unknown, and how many looks have not shown it. */
  readonly unsettled: { readonly to: Side; readonly at: number; readonly looks: number } | null;
  readonly apiFails: boolean;
  /** The last reported reason for not moving: each is reported once. */
  readonly lastReason: string | null;
}

/** What happened to one address. `at`: milliseconds of a clock that only goes forward. */
export type Observation =
  /** The primary was checked. */
  | { readonly kind: 'checked'; readonly at: number }
  | { readonly kind: 'seen'; readonly at: number; readonly location: Location }
  /** A look failed, or a move failed and nothing was sent. */
  | { readonly kind: 'api-failed'; readonly at: number; readonly message: string }
  | { readonly kind: 'moved'; readonly at: number; readonly to: Side }
  | { readonly kind: 'rejected'; readonly at: number; readonly to: Side; readonly message: string }
  | { readonly kind: 'unknown'; readonly at: number; readonly to: Side; readonly message: string };

export type Action =
  | { readonly kind: 'wait' }
  | { readonly kind: 'look'; readonly afterMs: number }
  | { readonly kind: 'move'; readonly from: Side; readonly to: Side };

export type EventName =
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

/** One thing that happened or was decided. */
export interface GuardEvent {
  readonly event: EventName;
  readonly message: string;
  /** The address it is about; absent for what concerns the whole guard. */
  readonly address?: string;
  /** Present where the address moved. */
  readonly from?: Side;
  readonly to?: Side;
}

export interface Step {
  readonly state: AddressState;
  readonly events: readonly GuardEvent[];
  readonly action: Action;
}
