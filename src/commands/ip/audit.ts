import { InvalidArgumentError } from 'commander';
import { defineCommand } from '../../app/command.ts';
import type { Context } from '../../app/context.ts';
import type { GlobalOptions } from '../../app/globals.ts';
import { runWithProgress } from '../../app/progress.ts';
import { exit, UsageError } from '../../core/errors.ts';
import { SilentExit } from '../../core/exit-silently.ts';
import {
  type AuditResult,
  auditAccount,
  type FindingLevel,
  findingLevels,
  isLevelAtLeast,
  parseIgnoredRules,
} from '../../domain/audit/audit.ts';
import { rules } from '../../domain/audit/rules.ts';
import { readOnlyCommandExitCodes } from '../../help/sections.ts';
import { findingView, ruleView } from '../../output/finding.ts';
import { addDnsChecks, type FailedParts, fetchAccountSnapshot } from '../shared/account-snapshot.ts';
import { createResolverOption } from '../shared/dns-options.ts';
import { type ShowOptions, showAuditResult } from '../shared/show-findings.ts';

interface AuditOptions extends ShowOptions {
  failOn?: FindingLevel;
  ignore?: readonly string[];
  listRules?: boolean;
  dns?: boolean;
  resolver?: string;
}

export default defineCommand<[], AuditOptions>({
  summary: 'Find addresses that cost money, lose traffic or may be lost',
  options: [
    {
      flags: '--fail-on <level>',
      description: 'exit with code 10 if a finding has at least this level',
      choices: findingLevels,
    },
    {
      flags: '--ignore <rule>',
      description: 'skip this rule; can be repeated',
      parse: (value, before: readonly string[] = []) => [...before, value],
      isRepeatable: true,
      suggestions: rules.map(({ id }) => id),
    },
    {
      flags: '--all',
      description: 'at a terminal, also list the findings of level info instead of only counting them',
    },
    { flags: '--dns', description: 'also check in DNS whether the name in each PTR record points back to the address' },
    createResolverOption('with --dns: '),
    { flags: '--list-rules', description: 'list the rules without fetching anything' },
    {
      flags: '--format <format>',
      description:
        'findings: a list in the format that -o sets; sarif: SARIF 2.1.0 for code scanning, the same as -o sarif',
      choices: ['findings', 'sarif'],
      default: 'findings',
    },
    {
      flags: '--sarif-uri <path>',
      description: 'with SARIF: the file in the repository at which code scanning shows the findings',
      parse: parseSarifUri,
      default: 'README.md',
    },
  ],
  examples: [
    'upc ip audit --sandbox',
    'upc ip audit --sandbox --fail-on high --ignore ptr-default',
    'upc ip audit --sandbox -o sarif > upcloud-ip.sarif',
  ],
  notes: [
    'high: traffic is lost, or an address will be lost permanently. warn: something costs money or will cause problems.',
    'info: good to know.',
    'At a terminal, findings are grouped by rule, and those of level info are only counted. With --columns or --sort, in a',
    'pipe and in other formats, each finding is a row.',
    "The cost of a detached address is the price list's cents per hour × 730 hours, in the account's own currency,",
    'without VAT. If the currency cannot be fetched, amounts have no currency, and a warning says so.',
    "--dns queries real DNS about every PTR record that is not UpCloud's default, even with --sandbox.",
    'If something cannot be fetched, a warning names it, and the rules that need it are skipped. With --fail-on, skipping',
    'a rule of at least that level is a failure: exit 7, or 4 if permission was denied.',
  ],
  json: 'array of findings: id, level, address or null, server, message, why, fix, alternative_fix, cost, limit; with --list-rules an array of rules',
  columns: () => findingView.columns,
  exits: [...readOnlyCommandExitCodes, [10, 'with --fail-on: a finding has at least that level']],
  adjust: applySarifFormat,
  run: (context, _args, options) => runAudit(context, options),
});

/**
 * Returns the options that `-o sarif` and `--format sarif` imply. Both have the same effect. A SARIF document is JSON, so the
 * format of the profile or of UPC_OUTPUT is ignored.
 * @throws UsageError if SARIF is combined with another format, -q or --list-rules
 */
function applySarifFormat({ output, json, quiet }: GlobalOptions, { format, listRules }: AuditOptions) {
  if (output !== 'sarif' && format !== 'sarif') return {};
  if ((output !== undefined && output !== 'sarif') || json || quiet || listRules) {
    throw new UsageError(
      'SARIF cannot be combined with other formats, -q or --list-rules.',
      'Leave out every other format, -q and --list-rules.',
    );
  }
  return { globals: { output: 'json' }, options: { format: 'sarif' as const } };
}

function parseSarifUri(text: string): string {
  if (/^[A-Za-z0-9._-][A-Za-z0-9._/-]*$/.test(text) && !text.split('/').includes('..')) return text;
  throw new InvalidArgumentError('Give a path inside the repository, such as infra/addresses.tf.');
}

async function runAudit(context: Context, options: AuditOptions): Promise<void> {
  const { out } = context;
  const ignored = parseIgnoredRules(rules, options.ignore ?? []);
  if (options.resolver !== undefined && !options.dns) {
    throw new UsageError('--resolver needs --dns.', 'Add --dns, or leave out --resolver.');
  }
  if (options.listRules) {
    const shown = rules.filter(({ id }) => !ignored.has(id));
    return out.rows(
      ruleView,
      shown.map(({ id, level, title, why }) => ({ id, level, title, why })),
    );
  }
  const api = await context.api();
  const seen = await runWithProgress(context, 'Loading the account', undefined, () => fetchAccountSnapshot(api));
  const dnsRules = rules.filter(({ needs }) => needs?.includes('dns')).map(({ id }) => id);
  const asksDns = options.dns === true && dnsRules.some((id) => !ignored.has(id));
  const { snapshot, failed } = asksDns ? await addDnsChecks(context, seen, options.resolver) : seen;
  // Without --dns, count the rules that need DNS as ignored. Otherwise the report would list them as skipped.
  const result = auditAccount(rules, snapshot, asksDns ? ignored : new Set([...ignored, ...dnsRules]));
  await showAuditResult(context, result, { ...options, ignored, failed });
  if (options.failOn) throwOnFindings(result, options.failOn, failed);
}

/** Throws SilentExit if a finding has at least the level `threshold`, or if a rule of such a level could not be checked. */
function throwOnFindings({ findings, skipped }: AuditResult, threshold: FindingLevel, failed: FailedParts): void {
  if (findings.some(isLevelAtLeast(threshold))) throw new SilentExit(exit.findings);
  const incomplete = rules.filter(({ needs }) => failed.has('dns') && needs?.includes('dns'));
  const [missed] = [...skipped, ...incomplete].filter(isLevelAtLeast(threshold)).flatMap(({ needs }) => needs ?? []);
  const error = missed && failed.get(missed);
  if (error) throw new SilentExit(error.exitCode);
}
