import { sanitize } from '../core/sanitize.ts';
import { measureTextWidth, padText, wrapWords } from '../core/width.ts';
import type { Finding, FindingLevel } from '../domain/audit/audit.ts';
import type { FindingGroup } from '../domain/audit/groups.ts';
import { levelTones, removeAddressFromMessage } from './finding.ts';
import { colorByTone, type Palette } from './style.ts';

const INDENT = '      ';
/** Minimum width of wrapped text. Narrower lines would have only one word each. A narrower terminal breaks the lines itself. */
const MIN_WRAP_WIDTH = 20;
/**
 * Minimum width for a message in its own column beside the addresses. With less room, the message follows its address on
 * the line.
 */
const MIN_MESSAGE_WIDTH = 40;

/** Breaks a text into lines. @param indent the width that is already used on each line */
type TextWrapper = (text: string, indent: number) => string[];

/**
 * Renders findings for a person at a terminal. Each group shows its title, why it matters, the findings and the fix.
 * Commands are neither cut nor wrapped, so that users can copy them.
 */
export function renderFindingGroups(groups: readonly FindingGroup[], width: number, palette: Palette): string {
  const wrap: TextWrapper = (text, indent) => wrapWords(sanitize(text), Math.max(MIN_WRAP_WIDTH, width - indent));
  const renderHeading = ({ level, id, title }: FindingGroup) => {
    const lines = wrap(`${title} (${id})`, INDENT.length).map(palette.bold);
    return renderLevelCell(level, palette) + lines.join(`\n${INDENT}`);
  };
  const renderFindings = ({ findings }: FindingGroup) => {
    const longest = Math.max(...findings.map(({ address }) => measureTextWidth(address ?? '')));
    const addressWidth = width - INDENT.length - longest - 4 < MIN_MESSAGE_WIDTH ? 0 : longest;
    return findings.flatMap((finding) => renderFindingLines(finding, addressWidth, wrap));
  };
  const renderCommand = (label: string, text: string) => `${palette.dim(label)} ${palette.cyan(sanitize(text))}`;
  const renderGroupLines = (group: FindingGroup) => [
    ...wrap(group.why, INDENT.length),
    ...renderFindings(group),
    ...group.fixes.map((text, i) => renderCommand(i === 0 ? 'Fix:' : '    ', text)),
    ...group.alternatives.map((text) => renderCommand('or: ', text)),
  ];
  return groups
    .map((group) => `${[renderHeading(group), ...renderGroupLines(group)].join(`\n${INDENT}`)}\n`)
    .join('\n');
}

/**
 * Renders one finding.
 * @param addressWidth the width of the address column; 0 to put the message right after the address
 */
function renderFindingLines(finding: Finding, addressWidth: number, wrap: TextWrapper): string[] {
  const address = sanitize(finding.address ?? '');
  const message = removeAddressFromMessage(finding);
  const indent = addressWidth === 0 ? 4 : addressWidth + 4;
  const lines = wrap(addressWidth === 0 ? `${address}  ${message}`.trim() : message, INDENT.length + indent);
  const start = addressWidth === 0 ? '  ' : `  ${padText(address, addressWidth)}  `;
  return lines.map((line, i) => (i === 0 ? start : ' '.repeat(indent)) + line);
}

/** Renders one line for each group, with the number of its findings. */
export function renderGroupCounts(groups: readonly FindingGroup[], width: number, palette: Palette): string {
  const digits = Math.max(...groups.map(({ findings }) => String(findings.length).length));
  const ruleWidth = Math.max(...groups.map(({ id }) => id.length));
  const indent = INDENT.length + digits + ruleWidth + 4;
  return groups
    .map(({ level, id, title, findings }) => {
      const count = String(findings.length).padStart(digits);
      const lines = wrapWords(title, Math.max(MIN_WRAP_WIDTH, width - indent));
      return `${renderLevelCell(level, palette)}${count}  ${padText(id, ruleWidth)}  ${lines.join(`\n${' '.repeat(indent)}`)}\n`;
    })
    .join('');
}

function renderLevelCell(level: FindingLevel, palette: Palette): string {
  return colorByTone(level.padEnd(INDENT.length), levelTones[level], palette);
}
