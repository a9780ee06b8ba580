import { type AuditRule, type Finding, findingLevels } from './audit.ts';

/** The findings of one rule, with the texts that they share. */
export interface FindingGroup extends Pick<AuditRule, 'id' | 'level' | 'title' | 'why'> {
  readonly findings: readonly Finding[];
  /** Commands that fix all findings, without the program name `upc` before them. */
  readonly fixes: readonly string[];
  /** Commands that can be run instead of `fixes`, also without the program name. */
  readonly alternatives: readonly string[];
}

/** Matches the commands that accept several addresses and do the same with each. */
const multiAddressCommand = /^ip (?:policy set|release|ptr check) /;

/** Groups findings by their rule. Levels, rules and findings keep their order. */
export function groupFindings(rules: readonly AuditRule[], findings: readonly Finding[]): FindingGroup[] {
  const ordered = findingLevels.flatMap((level) => rules.filter((rule) => rule.level === level));
  return ordered.flatMap(({ id, level, title, why }) => {
    const found = findings.filter((one) => one.id === id);
    if (found.length === 0) return [];
    const fixes = mergeCommands(found, ({ fix }) => fix);
    const alternatives = mergeCommands(found, ({ alternative_fix }) => alternative_fix);
    return { id, level, title, why, findings: found, fixes, alternatives };
  });
}

/**
 * Merges commands that differ only in their address. If the command accepts several addresses, the merged command names them
 * all. Otherwise the merged command contains the placeholder `<address>`.
 */
function mergeCommands(findings: readonly Finding[], getCommand: (finding: Finding) => string | null): string[] {
  const addresses = new Map<string, string[]>();
  for (const finding of findings) {
    const command = getCommand(finding);
    if (command === null) continue;
    const pattern = finding.address === null ? command : command.replace(finding.address, ADDRESS_PLACEHOLDER);
    const known = addresses.get(pattern) ?? [];
    addresses.set(pattern, finding.address === null ? known : [...known, finding.address]);
  }
  return [...addresses].map(([pattern, named]) => {
    if (named.length === 0) return pattern;
    return named.length === 1 || multiAddressCommand.test(pattern)
      ? pattern.replace(ADDRESS_PLACEHOLDER, named.join(' '))
      : pattern;
  });
}

const ADDRESS_PLACEHOLDER = '<address>';
