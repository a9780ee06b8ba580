import type { TargetNames } from './targets.ts';

/** What `upc ip float guard` was asked to do. */
export interface GuardOptions extends TargetNames {
  readonly check: string;
  readonly failures: number;
  readonly successes: number;
  readonly failBack?: boolean;
  /** Seconds. */
  readonly interval: number;
  /** Seconds. */
  readonly checkTimeout: number;
  readonly onChange?: string;
  readonly once?: boolean;
}
