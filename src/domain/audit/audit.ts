import { UsageError } from '../../core/errors.ts';
import { addressSortKey } from '../address.ts';
import { isInternal } from '../filter.ts';
import type { Account, Address, LoadBalancer, Server, ZonePrice } from '../model.ts';
import type { PtrCheck } from '../ptr-check.ts';

/** How bad a finding is: `high` breaks or loses something, `warn` costs or will, `info` is worth knowing. */
export const levels = ['high', 'warn', 'info'] as const;
export type Level = (typeof levels)[number];

/** What an audit looks at. What could not be had is undefined, and the rules that need it are left out. */
export interface AccountSnapshot {
  readonly addresses: readonly Address[];
  readonly servers?: readonly Server[] | undefined;
  readonly loadBalancers?: readonly LoadBalancer[] | undefined;
  readonly account?: Account | undefined;
  /** What DNS says of PTR records; only where it was asked. */
  readonly dns?: readonly PtrCheck[] | undefined;
  /** Only some rules' text uses them. */
  readonly prices?: readonly ZonePrice[] | undefined;
  /** The currency of the prices. */
  readonly currency?: string | undefined;
}

/** The parts of an estate that a rule cannot do without. */
type Part = 'servers' | 'account' | 'dns';

/** What an address costs, in the account's own currency. */
export interface Cost {
  readonly cents_per_hour: number;
  readonly hours_per_month: 730;
  /** Such as `EUR`; null where it is not known. */
  readonly currency: string | null;
  /** `cents_per_hour × 730 / 100`, to the cent. */
  readonly per_month: number;
  /** The same where the currency is the euro; null where it is another one, or not known. */
  readonly eur_per_month: number | null;
}

/** What a rule says about one thing. */
export interface Verdict {
  /** Left out where it is about a server or the account. */
  readonly address?: string;
  /** UUID. */
  readonly server?: string | null;
  readonly message: string;
  /** The command that mends it. */
  readonly fix: string;
  readonly cost?: Cost | undefined;
  /** What else tells this finding from others of its rule: an account's limit. */
  readonly about?: string;
}

export interface Rule {
  /** Stable: `--ignore`, SARIF and scripts name it. */
  readonly id: string;
  readonly level: Level;
  /** What it looks for. */
  readonly title: string;
  /** Why it matters. */
  readonly why: string;
  readonly needs?: readonly Part[];
  readonly look: (snapshot: AccountSnapshot) => readonly Verdict[];
}

/** One finding; every key is always there. */
export interface Finding {
  readonly id: string;
  readonly level: Level;
  readonly address: string | null;
  /** UUID of the server that it is about. */
  readonly server: string | null;
  readonly message: string;
  readonly why: string;
  readonly fix: string;
  readonly cost: Cost | null;
  /** The limit of the account that it is about. */
  readonly limit: string | null;
}

export interface AuditResult {
  readonly findings: readonly Finding[];
  /** Rules that could not be looked at, for want of a part. */
  readonly skipped: readonly Rule[];
}

/** Looks at the estate, without the addresses of internal networks, with every rule that is not ignored; the worst first, then in the order of the rules and addresses. */
export function audit(
  rules: readonly Rule[],
  snapshot: AccountSnapshot,
  ignored: ReadonlySet<string> = new Set(),
): AuditResult {
  const judged = { ...snapshot, addresses: snapshot.addresses.filter((ip) => !isInternal(ip)) };
  const wanted = rules.filter(({ id }) => !ignored.has(id));
  const skipped = wanted.filter((rule) => rule.needs?.some((part) => snapshot[part] === undefined));
  const findings = levels.flatMap((level) =>
    wanted
      .filter((rule) => rule.level === level && !skipped.includes(rule))
      .flatMap((rule) => inOrder(rule.look(judged)).map((verdict) => findingOf(rule, verdict))),
  );
  return { findings, skipped };
}

function inOrder(verdicts: readonly Verdict[]): Verdict[] {
  const key = ({ address }: Verdict) => (address === undefined ? '' : addressSortKey(address));
  const keyed = verdicts.map((verdict) => ({ verdict, key: key(verdict) }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ verdict }) => verdict);
}

function findingOf({ id, level, why }: Rule, { address, server, message, fix, cost, about }: Verdict): Finding {
  return {
    id,
    level,
    address: address ?? null,
    server: server ?? null,
    message,
    why,
    fix,
    cost: cost ?? null,
    limit: about ?? null,
  };
}

/** Whether it is at least as bad as that. */
export const atLeast =
  (threshold: Level) =>
  ({ level }: { readonly level: Level }): boolean =>
    levels.indexOf(level) <= levels.indexOf(threshold);

/**
 * The rules that `--ignore` names.
 * @throws UsageError that lists the known ones
 */
export function ignoredIds(rules: readonly Rule[], requested: readonly string[]): Set<string> {
  const unknown = requested.filter((id) => !rules.some((rule) => rule.id === id));
  if (unknown.length === 0) return new Set(requested);
  throw new UsageError(
    `Unknown audit rule${unknown.length > 1 ? 's' : ''} ${unknown.map((id) => `'${id}'`).join(', ')}.`,
    `Known rules: ${rules.map(({ id }) => id).join(', ')}`,
  );
}
