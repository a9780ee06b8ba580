import type { Context } from '../../app/context.ts';
import type { CommandFormatter } from '../../core/hint.ts';
import { toCanonicalAddress } from '../../domain/address.ts';
import { type AuditResult, type Finding, findingLevels } from '../../domain/audit/audit.ts';
import { groupFindings } from '../../domain/audit/groups.ts';
import { rules } from '../../domain/audit/rules.ts';
import { findingView } from '../../output/finding.ts';
import type { SkippedPart } from '../../output/sarif.ts';
import { type FailedParts, snapshotPartNames } from './account-snapshot.ts';

export interface ShowOptions {
  readonly format: 'findings' | 'sarif';
  readonly sarifUri: string;
  /** Whether to list the findings of level info. If not, a terminal shows only their number. */
  readonly all?: boolean;
}

interface ShowResultOptions extends ShowOptions {
  readonly ignored: ReadonlySet<string>;
  readonly failed: FailedParts;
}

/** Shows the findings of an audit. Prints on stderr what could not be checked, and how many findings there are. */
export async function showAuditResult(
  context: Context,
  result: AuditResult,
  options: ShowResultOptions,
): Promise<void> {
  const { out } = context;
  const problems = listSkippedParts(result, options.failed);
  const isGrouped = options.format === 'findings' && shouldShowGroups(context) && result.findings.length > 0;
  if (isGrouped) await showFindingGroups(context, result.findings, options.all === true);
  else await showFindingList(context, addAccountOptionsToFixes(out.settings.upc, result.findings), options, problems);
  for (const { message, rules: left } of problems) {
    out.warn(`${message}${left.length > 0 ? ` Skipped rules: ${left.join(', ')}.` : ''}`);
  }
  const counts = formatFindingCount(result.findings);
  if (counts === '' || out.settings.quiet) return;
  const isFolded = isGrouped && !options.all && result.findings.some(({ level }) => level === 'info');
  out.note(isFolded ? `${counts} Add --all to list the findings of level info.` : counts);
}

/**
 * Returns whether to show the findings in groups: at a terminal, unless the user requested another format, columns or a sort
 * order.
 */
function shouldShowGroups({ out: { settings, width } }: Context): boolean {
  const { format, quiet, columns, sort } = settings;
  return format === 'table' && width !== undefined && !quiet && columns === undefined && sort === undefined;
}

async function showFindingGroups({ out }: Context, findings: readonly Finding[], showsAll: boolean): Promise<void> {
  const { renderGroupCounts, renderFindingGroups } = await import('../../output/finding-groups.ts');
  const { upc } = out.settings;
  const groups = groupFindings(rules, findings).map((group) => ({
    ...group,
    fixes: group.fixes.map(upc),
    alternatives: group.alternatives.map(upc),
  }));
  const isOnlyCounted = ({ level }: { readonly level: string }) => level === 'info' && !showsAll;
  const width = out.width ?? 80;
  const parts = [
    renderFindingGroups(
      groups.filter((group) => !isOnlyCounted(group)),
      width,
      out.dataPalette,
    ),
    renderGroupCounts(groups.filter(isOnlyCounted), width, out.dataPalette),
  ];
  return out.text(parts.filter(Boolean).join('\n'));
}

async function showFindingList(
  { out }: Context,
  findings: readonly Finding[],
  { format, sarifUri: uri, ignored }: ShowResultOptions,
  problems: readonly SkippedPart[],
): Promise<void> {
  if (format === 'sarif') {
    const { createSarifLog } = await import('../../output/sarif.ts');
    const known = rules.filter(({ id }) => !ignored.has(id));
    return out.json(createSarifLog(known, findings, { version: UPC_VERSION, uri, problems }));
  }
  if (!out.settings.quiet) return out.rows(findingView, findings);
  const seen = new Set<string>();
  const isFirst = (key: string) => !seen.has(key) && seen.add(key);
  const first = findings.filter(({ address }) => address !== null && isFirst(toCanonicalAddress(address)));
  return out.rows(findingView, first);
}

/** Returns the findings with complete command lines as fixes, including the options that choose the audited account. */
function addAccountOptionsToFixes(upc: CommandFormatter, findings: readonly Finding[]): Finding[] {
  return findings.map((one) => ({
    ...one,
    fix: upc(one.fix),
    alternative_fix: one.alternative_fix === null ? null : upc(one.alternative_fix),
  }));
}

function listSkippedParts({ findings, skipped }: AuditResult, failed: FailedParts): SkippedPart[] {
  // A missing currency matters only if a finding has an amount.
  const hasCost = findings.some(({ cost }) => cost !== null);
  const missing = [...failed].filter(([part]) => part !== 'currency' || hasCost);
  // Sort, because the parts fail in random order.
  return missing
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([part, error]) => ({
      message: `${snapshotPartNames[part] ?? part} could not be fetched: ${error.message}`,
      rules: skipped.filter(({ needs }) => needs?.some((one) => one === part)).map(({ id }) => id),
    }));
}

function formatFindingCount(findings: readonly Finding[]): string {
  if (findings.length === 0) return '';
  const counts = findingLevels.map((level) => [level, findings.filter((one) => one.level === level).length] as const);
  const parts = counts.filter(([, count]) => count > 0).map(([level, count]) => `${count} ${level}`);
  return `${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}: ${parts.join(', ')}.`;
}
