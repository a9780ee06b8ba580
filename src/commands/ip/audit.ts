import { InvalidArgumentError } from 'commander';
import { defineCommand } from '../../app/command.ts';
import type { Context } from '../../app/context.ts';
import type { Globals } from '../../app/globals.ts';
import { withProgress } from '../../app/progress.ts';
import { exit, UsageError } from '../../core/errors.ts';
import { ExitSilently } from '../../core/exit-silently.ts';
import type { CommandWriter } from '../../core/hint.ts';
import { addressKey } from '../../domain/address.ts';
import { type AuditResult, atLeast, audit, ignoredIds, type Level, levels } from '../../domain/audit/audit.ts';
import { rules } from '../../domain/audit/rules.ts';
import { parseNameServer } from '../../domain/name-server.ts';
import { readingExits } from '../../help/sections.ts';
import { findingView, ruleView } from '../../output/finding.ts';
import type { Problem } from '../../output/sarif.ts';
import { askDns, type Failed, fetchSnapshot, partNames } from '../shared/account-snapshot.ts';

interface AuditOptions {
  failOn?: Level;
  ignore: readonly string[];
  listRules?: boolean;
  format: 'findings' | 'sarif';
  dns?: boolean;
  resolver?: string;
  sarifUri: string;
}

export default defineCommand<[], AuditOptions>({
  summary: 'Find what costs money, black-holes traffic or will be lost',
  options: [
    {
      flags: '--fail-on <level>',
      description: 'exit 10 when a finding is at least that bad',
      choices: levels,
    },
    {
      flags: '--ignore <rule>',
      description: 'leave out a rule; may be given several times',
      parse: (value, before: readonly string[]) => [...before, value],
      default: [],
      suggestions: rules.map(({ id }) => id),
    },
    { flags: '--dns', description: 'ask DNS, too, whether the names of the PTR records point back' },
    {
      flags: '--resolver <ip[:port]>',
      description: "with --dns: ask this name server instead of the system's",
      parse: parseNameServer,
    },
    { flags: '--list-rules', description: 'show the rules, and fetch nothing' },
    {
      flags: '--format <format>',
      description: 'findings, in the form that -o says; or SARIF 2.1.0 for code scanning, as -o sarif',
      choices: ['findings', 'sarif'],
      default: 'findings',
    },
    {
      flags: '--sarif-uri <path>',
      description: 'the file of the repository where code scanning shows the findings',
      parse: sarifUri,
      default: 'README.md',
    },
  ],
  examples: [
    'upc ip audit --sandbox',
    'upc ip audit --sandbox --fail-on high --ignore ptr-default',
    'upc ip audit --sandbox -o sarif > upcloud-ip.sarif',
  ],
  notes: [
    'high: traffic is lost, or an address will be without a way back. warn: costs money, or bites later. info: good to know.',
    "The cost of a detached address is the price list's cents per hour × 730 hours, in the account's own currency,",
    'without VAT. Where the currency cannot be read, no currency is named, and stderr says so.',
    "--dns asks the real DNS about every PTR record that is not UpCloud's default, with --sandbox, too.",
    'What cannot be fetched is reported on stderr and its rules are left out. With --fail-on, a rule of that level that',
    'was left out is no success: exit 7, or 4 where permission was denied.',
  ],
  json: 'array of findings: id, level, address or null, server, message, why, fix, cost, limit; with --list-rules of rules',
  columns: () => findingView.columns,
  exits: [...readingExits, [10, 'with --fail-on: a finding is at least that bad']],
  adjust: settleSarif,
  run: (context, _args, options) => runAudit(context, options),
});

/** `-o sarif` is the same as `--format sarif`; either way the document is JSON, whatever the profile or UPC_OUTPUT prefers. */
function settleSarif({ output, json, quiet }: Globals, { format, listRules }: AuditOptions) {
  if (output !== 'sarif' && format !== 'sarif') return {};
  if ((output !== undefined && output !== 'sarif') || json || quiet || listRules) {
    throw new UsageError('SARIF is an output of its own.', 'Leave out other formats, -q and --list-rules.');
  }
  return { globals: { output: 'json' }, options: { format: 'sarif' as const } };
}

function sarifUri(text: string): string {
  if (/^[A-Za-z0-9._-][A-Za-z0-9._/-]*$/.test(text) && !text.split('/').includes('..')) return text;
  throw new InvalidArgumentError('Give a path inside the repository, such as infra/addresses.tf.');
}

async function runAudit(context: Context, options: AuditOptions): Promise<void> {
  const { out } = context;
  const ignored = ignoredIds(rules, options.ignore);
  if (options.resolver !== undefined && !options.dns) {
    throw new UsageError('--resolver is for --dns.', 'Give --dns, too.');
  }
  if (options.listRules) {
    const shown = rules.filter(({ id }) => !ignored.has(id));
    return out.rows(
      ruleView,
      shown.map(({ id, level, title, why }) => ({ id, level, title, why })),
    );
  }
  const api = await context.api();
  const seen = await withProgress(context, 'Looking at the account', undefined, () => fetchSnapshot(api));
  const dnsRules = rules.filter(({ needs }) => needs?.includes('dns')).map(({ id }) => id);
  const asksDns = options.dns === true && dnsRules.some((id) => !ignored.has(id));
  const { snapshot, failed } = asksDns ? await askDns(context, seen, options.resolver) : seen;
  // A rule that nobody asked for is not one that could not be looked at.
  const result = withAccount(
    out.settings.upc,
    audit(rules, snapshot, asksDns ? ignored : new Set([...ignored, ...dnsRules])),
  );
  const problems = problemsOf(result, failed);
  await show(context, options, result, ignored, problems);
  reportCounts(context, result, problems);
  if (options.failOn) judge(result, options.failOn, failed);
}

/** Writes the fixes as command lines for the account that was audited. */
function withAccount(upc: CommandWriter, { findings, skipped }: AuditResult): AuditResult {
  return { findings: findings.map((one) => ({ ...one, fix: upc(one.fix) })), skipped };
}

async function show(
  { out }: Context,
  { format, sarifUri: uri }: AuditOptions,
  { findings }: AuditResult,
  ignored: ReadonlySet<string>,
  problems: readonly Problem[],
): Promise<void> {
  if (format === 'sarif') {
    const { sarifOf } = await import('../../output/sarif.ts');
    const known = rules.filter(({ id }) => !ignored.has(id));
    return out.json(sarifOf(known, findings, { version: UPC_VERSION, uri, problems }));
  }
  if (!out.settings.quiet) return out.rows(findingView, findings);
  const seen = new Set<string>();
  const isFirst = (key: string) => !seen.has(key) && seen.add(key);
  const first = findings.filter(({ address }) => address !== null && isFirst(addressKey(address)));
  return out.rows(findingView, first);
}

function problemsOf({ findings, skipped }: AuditResult, failed: Failed): Problem[] {
  // A currency is missed only where there is an amount.
  const hasCost = findings.some(({ cost }) => cost !== null);
  const missed = [...failed].filter(([part]) => part !== 'currency' || hasCost);
  // Not in the order in which they failed, which is chance.
  return missed
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([part, error]) => ({
      message: `${partNames[part] ?? part} could not be had: ${error.message}`,
      rules: skipped.filter(({ needs }) => needs?.some((one) => one === part)).map(({ id }) => id),
    }));
}

function reportCounts({ out }: Context, { findings }: AuditResult, problems: readonly Problem[]): void {
  for (const { message, rules: left } of problems) {
    out.warn(`${message}${left.length > 0 ? ` Left out: ${left.join(', ')}.` : ''}`);
  }
  if (findings.length === 0 || out.settings.quiet) return;
  const counts = levels.map((level) => [level, findings.filter((one) => one.level === level).length] as const);
  const parts = counts.filter(([, count]) => count > 0).map(([level, count]) => `${count} ${level}`);
  out.note(`${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}: ${parts.join(', ')}.`);
}

/** A check that could not be made must not pass for one that found nothing. */
function judge({ findings, skipped }: AuditResult, threshold: Level, failed: Failed): void {
  if (findings.some(atLeast(threshold))) throw new ExitSilently(exit.findings);
  const incomplete = rules.filter(({ needs }) => failed.has('dns') && needs?.includes('dns'));
  const [missed] = [...skipped, ...incomplete].filter(atLeast(threshold)).flatMap(({ needs }) => needs ?? []);
  const error = missed && failed.get(missed);
  if (error) throw new ExitSilently(error.exitCode);
}
