import { createAddressSortKey } from '../domain/address.ts';
import { type AuditRule, type Finding, type FindingLevel, findingLevels } from '../domain/audit/audit.ts';
import type { Column, ListView, Tone } from './columns.ts';

export const levelTones: Readonly<Record<FindingLevel, Tone>> = { high: 'bad', warn: 'warn', info: 'muted' };

const levelColumn: Column<{ readonly level: FindingLevel }> = {
  header: 'LEVEL',
  value: (row) => row.level,
  getSortKey: (row) => findingLevels.indexOf(row.level),
  tone: (row) => levelTones[row.level],
  weight: 9,
  min: 5,
  typed: true,
};

/** Returns the message without the address, because the address is shown in its own column. */
export function removeAddressFromMessage({ address, message }: Finding): string {
  return address !== null && message.startsWith(`${address} `) ? message.slice(address.length + 1) : message;
}

/** The view of findings. A finding about a server or the account has no address. */
export const findingView: ListView<Finding> = {
  columns: {
    level: levelColumn,
    id: { header: 'RULE', value: (row) => row.id, weight: 4, min: 18, typed: true },
    address: {
      header: 'ADDRESS',
      value: (row) => row.address,
      getSortKey: (row) => (row.address === null ? '' : createAddressSortKey(row.address)),
      weight: 12,
      min: 15,
      typed: true,
    },
    server_uuid: { header: 'SERVER UUID', value: (row) => row.server, weight: 2, min: 8, typed: true },
    finding: { header: 'FINDING', value: removeAddressFromMessage, weight: 9, min: 30 },
    why: { header: 'WHY IT MATTERS', value: (row) => row.why, weight: 2, min: 20 },
    fix: { header: 'FIX', value: (row) => row.fix, weight: 5, min: 34 },
    alternative_fix: { header: 'OR', value: (row) => row.alternative_fix, weight: 2, min: 34 },
    per_month: {
      header: 'PER MONTH',
      value: (row) => row.cost?.per_month ?? null,
      align: 'right',
      weight: 3,
      typed: true,
    },
    currency: { header: 'CURRENCY', value: (row) => row.cost?.currency ?? null, weight: 3, typed: true },
    eur_per_month: {
      header: 'EUR/MONTH',
      value: (row) => row.cost?.eur_per_month ?? null,
      align: 'right',
      weight: 3,
      typed: true,
    },
  },
  defaults: ['level', 'id', 'address', 'finding', 'fix'],
  block: { head: ['level', 'address', 'id'], below: ['finding', 'fix'] },
  quiet: (row) => row.address ?? '',
  empty: 'No findings.',
};

/** A rule as `--list-rules` shows it. */
export type RuleRow = Pick<AuditRule, 'id' | 'level' | 'title' | 'why'>;

export const ruleView: ListView<RuleRow> = {
  columns: {
    id: { header: 'RULE', value: (row) => row.id, weight: 9, min: 12, typed: true },
    level: levelColumn,
    title: { header: 'FINDS', value: (row) => row.title, weight: 6, min: 24 },
    why: { header: 'WHY IT MATTERS', value: (row) => row.why, weight: 4, min: 24 },
  },
  defaults: ['id', 'level', 'title', 'why'],
  block: { head: ['level', 'id'], below: ['title', 'why'] },
  quiet: (row) => row.id,
  empty: 'No rules.',
};
