import { createHash } from 'node:crypto';
import { toCanonicalAddress } from '../domain/address.ts';
import type { AuditRule, Finding, FindingLevel } from '../domain/audit/audit.ts';

const sarifLevels: Readonly<Record<FindingLevel, string>> = { high: 'error', warn: 'warning', info: 'note' };
const severities: Readonly<Record<FindingLevel, string>> = { high: 'error', warn: 'warning', info: 'recommendation' };

export interface SarifOptions {
  readonly version: string;
  /** The file in the repository at which GitHub shows the findings, as a relative URI. */
  readonly uri: string;
  /** Why the audit is incomplete; empty if it is complete. */
  readonly problems: readonly SkippedPart[];
}

/** A part of the account that could not be checked. */
export interface SkippedPart {
  readonly message: string;
  /** The rules that were skipped because this part is missing. */
  readonly rules: readonly string[];
}

/**
 * Returns the findings as SARIF 2.1.0, for GitHub code scanning. Each result names a file, because GitHub rejects results
 * without one. Each result also has its own `primaryLocationLineHash`. Otherwise, GitHub would show all findings of a rule
 * as one alert.
 */
export function createSarifLog(
  rules: readonly AuditRule[],
  findings: readonly Finding[],
  options: SarifOptions,
): object {
  const index = new Map(rules.map(({ id }, at) => [id, at]));
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'upc ip audit', version: options.version, rules: rules.map(createSarifRule) } },
        automationDetails: { id: 'upc-ip-audit/' },
        invocations: [createSarifInvocation(options.problems)],
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding) => createSarifResult(finding, index.get(finding.id) ?? -1, options.uri)),
      },
    ],
  };
}

/** Returns a SARIF invocation that lists the skipped rules. Otherwise, a reader would assume that these rules found nothing. */
function createSarifInvocation(problems: readonly SkippedPart[]): object {
  return {
    executionSuccessful: problems.length === 0,
    toolExecutionNotifications: problems.map(({ message, rules }) => ({
      level: 'error',
      message: { text: message },
      properties: { rulesLeftOut: rules },
    })),
  };
}

function createSarifRule({ id, level, title, why }: AuditRule): object {
  return {
    id,
    name: id.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    shortDescription: { text: `${title}.` },
    fullDescription: { text: `${title}. ${why}` },
    help: { text: why, markdown: why },
    defaultConfiguration: { level: sarifLevels[level] },
    properties: { tags: ['upcloud', 'ip-address'], precision: 'very-high', 'problem.severity': severities[level] },
  };
}

function createSarifResult(finding: Finding, ruleIndex: number, uri: string): object {
  const { id, level, address, server, limit, message, why, fix, alternative_fix } = finding;
  const name = address ?? server ?? limit ?? 'account';
  const or = alternative_fix === null ? '' : ` Or: ${alternative_fix}`;
  const kind = address !== null ? 'address' : server !== null ? 'server' : 'account';
  const hash = createHash('sha256')
    .update([id, kind, toCanonicalAddress(name)].join('|'))
    .digest('hex')
    .slice(0, 32);
  return {
    ruleId: id,
    ruleIndex,
    level: sarifLevels[level],
    message: { text: `${message} ${why} Fix: ${fix}${or}` },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri }, region: { startLine: 1 } },
        logicalLocations: [{ name, fullyQualifiedName: `upcloud/${kind}/${name}`, kind: 'resource' }],
      },
    ],
    partialFingerprints: { primaryLocationLineHash: `${hash}:1`, 'upcFinding/v1': hash },
    properties: { finding },
  };
}
