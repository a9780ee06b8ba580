import type { GuardConfig, GuardEvent, Health } from './model.ts';

/** What one check of the primary showed. */
export interface CheckResult {
  readonly healthy: boolean;
  /** What was seen, without what may be secret in a URL or a command. */
  readonly detail: string;
}

export const unchecked: Health = { failures: 0, successes: 0 };

/** Counts a check and reports what it changes. */
export function countCheck(
  config: GuardConfig,
  before: Health,
  { healthy, detail }: CheckResult,
): { readonly health: Health; readonly events: readonly GuardEvent[] } {
  const health: Health = healthy
    ? { failures: 0, successes: before.successes + 1 }
    : { failures: before.failures + 1, successes: 0 };
  return { health, events: healthy ? successEvents(config, before) : failureEvents(config, health, detail) };
}

/** Tells whether the last check differed from the one before it, or was the first. */
export const hasJustChanged = ({ failures, successes }: Health): boolean => failures + successes === 1;

function successEvents({ titles }: GuardConfig, before: Health): GuardEvent[] {
  if (before.failures > 0) return [{ event: 'recovered', message: `${titles.primary} is healthy again.` }];
  return before.successes === 0 ? [{ event: 'healthy', message: `${titles.primary} is healthy.` }] : [];
}

function failureEvents({ titles, failures: limit }: GuardConfig, { failures }: Health, detail: string): GuardEvent[] {
  if (failures > limit) return [];
  const failed: GuardEvent = {
    event: 'check-failed',
    message: `${titles.primary}: ${detail} (${failures} of ${limit}).`,
  };
  if (failures < limit) return [failed];
  return [failed, { event: 'down', message: `${titles.primary} is down: ${failedChecks(limit)}.` }];
}

const failedChecks = (limit: number): string => (limit === 1 ? '1 failed check' : `${limit} failed checks in a row`);
