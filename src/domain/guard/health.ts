import type { GuardConfig, GuardEvent, Health } from './model.ts';

/** The result of one check of the primary. */
export interface CheckResult {
  readonly healthy: boolean;
  /** What the check observed, without parts of a URL or command that may be secret. */
  readonly detail: string;
}

export const initialHealth: Health = { failures: 0, successes: 0 };

/** Adds the result of a check to the counts. Returns the new counts and the events to report. */
export function countCheck(
  config: GuardConfig,
  before: Health,
  { healthy, detail }: CheckResult,
): { readonly health: Health; readonly events: readonly GuardEvent[] } {
  const health: Health = healthy
    ? { failures: 0, successes: before.successes + 1 }
    : { failures: before.failures + 1, successes: 0 };
  return {
    health,
    events: healthy ? createSuccessEvents(config, before) : createFailureEvents(config, health, detail),
  };
}

/** Returns whether the last check differed from the one before it, or was the first. */
export const hasJustChanged = ({ failures, successes }: Health): boolean => failures + successes === 1;

function createSuccessEvents({ titles }: GuardConfig, before: Health): GuardEvent[] {
  if (before.failures > 0) return [{ event: 'recovered', message: `${titles.primary} is healthy again.` }];
  return before.successes === 0 ? [{ event: 'healthy', message: `${titles.primary} is healthy.` }] : [];
}

function createFailureEvents(
  { titles, failures: limit }: GuardConfig,
  { failures }: Health,
  detail: string,
): GuardEvent[] {
  if (failures > limit) return [];
  const failed: GuardEvent = {
    event: 'check-failed',
    message: `${titles.primary}: ${detail} (${failures} of ${limit}).`,
  };
  if (failures < limit) return [failed];
  return [failed, { event: 'down', message: `${titles.primary} is down: ${formatFailedChecks(limit)}.` }];
}

const formatFailedChecks = (limit: number): string =>
  limit === 1 ? '1 failed check' : `${limit} failed checks in a row`;
