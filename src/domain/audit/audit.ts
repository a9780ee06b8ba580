import { UsageError } from '../../core/errors.ts';
import { findIgnoringCase } from '../../core/find-ignoring-case.ts';
import { createAddressSortKey } from '../address.ts';
import { isInternal } from '../filter.ts';
import type { Account, Address, LoadBalancer, Server, ZonePrice } from '../model.ts';
import type { PtrCheck } from '../ptr-check.ts';

/**
 * The levels of findings. `high`: traffic or an address is lost. `warn`: the problem costs money or causes trouble later.
 * `info`: good to know.
 */
export const findingLevels = ['high', 'warn', 'info'] as const;
export type FindingLevel = (typeof findingLevels)[number];

/** The facts that an audit checks. A part that could not be fetched is undefined, and the rules that need it are skipped. */
export interface AccountSnapshot {
  readonly addresses: readonly Address[];
  readonly servers?: readonly Server[] | undefined;
  readonly loadBalancers?: readonly LoadBalancer[] | undefined;
  readonly account?: Account | undefined;
  /** The PTR records in DNS; undefined without `--dns`. */
  readonly dns?: readonly PtrCheck[] | undefined;
  /** The prices of the zones. They are used in messages only, so no rule is skipped if they are missing. */
  readonly prices?: readonly ZonePrice[] | undefined;
  /** The currency of the prices; undefined if it could not be fetched. */
  readonly currency?: string | undefined;
}

/** The parts of an account snapshot that a rule can need. */
type SnapshotPart = 'servers' | 'account' | 'dns';

/** The cost of an address, in the account's own currency. */
export interface FindingCost {
  readonly cents_per_hour: number;
  readonly hours_per_month: 730;
  /** The currency of the account, such as `EUR`; null if unknown. */
  readonly currency: string | null;
  /** `cents_per_hour × 730 / 100`, rounded to the cent. */
  readonly per_month: number;
  /** The same amount as `per_month` if the currency is the euro, otherwise null. */
  readonly eur_per_month: number | null;
}

/** One result of a rule, about an address, a server or the account. */
export interface RuleResult {
  /** Absent if the result is about a server or the account. */
  readonly address?: string;
  /** The UUID of the server that the result is about. */
  readonly server?: string | null;
  readonly message: string;
  /** The command that fixes the problem, without the program name `upc` before it. */
  readonly fix: string;
  /** A command that can be run instead of `fix`, also without the program name. */
  readonly alternative_fix?: string;
  readonly cost?: FindingCost | undefined;
  /** The account limit that the result is about. */
  readonly limit?: string;
}

export interface AuditRule {
  /** The stable name of the rule. It must not change, because `--ignore`, SARIF and scripts use it. */
  readonly id: string;
  readonly level: FindingLevel;
  /** What the rule finds, without a full stop. */
  readonly title: string;
  /** Why the finding matters to the user. */
  readonly why: string;
  /** The parts of the snapshot that the rule needs. If one of them is missing, the rule is skipped. */
  readonly needs?: readonly SnapshotPart[];
  readonly check: (snapshot: AccountSnapshot) => readonly RuleResult[];
}

/** One finding. Every key is always present. */
export interface Finding {
  readonly id: string;
  readonly level: FindingLevel;
  readonly address: string | null;
  /** UUID of the server that the finding is about. */
  readonly server: string | null;
  readonly message: string;
  readonly why: string;
  readonly fix: string;
  /** A command that can be run instead of `fix`. */
  readonly alternative_fix: string | null;
  readonly cost: FindingCost | null;
  /** The account limit that the finding is about. */
  readonly limit: string | null;
}

export interface AuditResult {
  readonly findings: readonly Finding[];
  /** The rules that were not checked because a part of the account could not be fetched. */
  readonly skipped: readonly AuditRule[];
}

/**
 * Checks the snapshot with every rule that is not ignored. Addresses of internal networks are left out. The findings are
 * sorted by level, the worst first, then by rule and address.
 */
export function auditAccount(
  rules: readonly AuditRule[],
  snapshot: AccountSnapshot,
  ignored: ReadonlySet<string> = new Set(),
): AuditResult {
  const checked = { ...snapshot, addresses: snapshot.addresses.filter((ip) => !isInternal(ip)) };
  const requested = rules.filter(({ id }) => !ignored.has(id));
  const skipped = requested.filter((rule) => rule.needs?.some((part) => snapshot[part] === undefined));
  const findings = findingLevels.flatMap((level) =>
    requested
      .filter((rule) => rule.level === level && !skipped.includes(rule))
      .flatMap((rule) => sortResults(rule.check(checked)).map((result) => createFinding(rule, result))),
  );
  return { findings, skipped };
}

function sortResults(results: readonly RuleResult[]): RuleResult[] {
  const getSortKey = ({ address }: RuleResult) => (address === undefined ? '' : createAddressSortKey(address));
  const keyed = results.map((result) => ({ result, key: getSortKey(result) }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ result }) => result);
}

function createFinding({ id, level, why }: AuditRule, result: RuleResult): Finding {
  const { address, server, message, fix, alternative_fix, cost, limit } = result;
  return {
    id,
    level,
    address: address ?? null,
    server: server ?? null,
    message,
    why,
    fix,
    alternative_fix: alternative_fix ?? null,
    cost: cost ?? null,
    limit: limit ?? null,
  };
}

/** Returns a function that tests whether a finding has the given level or a worse one. */
export const isLevelAtLeast =
  (threshold: FindingLevel) =>
  ({ level }: { readonly level: FindingLevel }): boolean =>
    findingLevels.indexOf(level) <= findingLevels.indexOf(threshold);

/**
 * Returns the IDs that `--ignore` names.
 * @throws UsageError for an unknown ID; the error lists the known IDs
 */
export function parseIgnoredRules(rules: readonly AuditRule[], requested: readonly string[]): Set<string> {
  const known = rules.map(({ id }) => id);
  const unknown = requested.filter((id) => findIgnoringCase(known, id) === undefined);
  if (unknown.length === 0) return new Set(requested.map((id) => findIgnoringCase(known, id) ?? id));
  throw new UsageError(
    `Unknown audit rule${unknown.length > 1 ? 's' : ''} ${unknown.map((id) => `'${id}'`).join(', ')}.`,
    `Known rules: ${known.join(', ')}`,
  );
}
