import type { GuardConfig, GuardEvent, HealthCounts } from './model.ts';

/** The result of one check of the primary. */
export interface HealthCheckResult {
  readonly healthy: boolean;
  /** What the check observed, without parts of a URL or command that may be secret. */
  readonly detail: string;
}

export const initialHealth: HealthCounts = { failures: 0, successes: 0 };

/** Adds the result of a check to the counts. Returns the new counts and the events to report. */
export function updateHealth(
  config: GuardConfig,
  before: HealthCounts,
  { healthy, detail }: HealthCheckResult,
): { readonly health: HealthCounts; readonly events: readonly GuardEvent[] } {
  const health: HealthCounts = healthy
    ? { failures: 0, successes: before.successes + 1 }
    : { failures: before.failures + 1, successes: 0 };
  return {
    health,
    events: healthy ? createSuccessEvents(config, before) : createFailureEvents(config, health, detail),
  };
}

/** Returns whether the last check was the first, or had a different result from the previous check. */
export const hasResultJustChanged = ({ failures, successes }: HealthCounts): boolean => failures + successes === 1;

function createSuccessEvents({ titles }: GuardConfig, before: HealthCounts): GuardEvent[] {
  if (before.failures > 0) return [{ event: 'recovered', message: `${titles.primary} is healthy again.` }];
  return before.successes === 0 ? [{ event: 'healthy', message: `${titles.primary} is healthy.` }] : [];
}

function createFailureEvents(
  { titles, failures: limit }: GuardConfig,
  { failures }: HealthCounts,
  detail: string,
): GuardEvent[] {
  if (failures > limit) return [];
  const failed: GuardEvent = {
    event: 'check-failed',
    message: `${titles.primary}: ${detail} (failed check ${failures} of ${limit}).`,
  };
  if (failures < limit) return [failed];
  return [failed, { event: 'down', message: `${titles.primary} is down: ${formatFailedChecks(limit)}.` }];
}

const formatFailedChecks = (limit: number): string =>
  limit === 1 ? '1 failed check' : `${limit} failed checks in a row`;
