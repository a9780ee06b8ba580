import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const performancePage = join(import.meta.dirname, '../../docs/performance.md');
const [START, END] = ['<!-- figures -->', '<!-- /figures -->'];

/**
 * Writes the results into the table of docs/performance.md: a row for each check, a column for each major version of Node. The
 * columns of other versions stay as they are, except for cases that no longer exist.
 */
export function writePerformanceTable(results, { machine, node, date }) {
  const text = readFileSync(performancePage, 'utf8');
  const [before, rest] = text.split(START);
  const [table, after] = rest.split(END);
  const column = `Node ${/\d+/.exec(node)[0]}`;
  const old = parseMarkdownTable(table);
  const columns = [...new Set([...old.columns, column])].sort();
  const rows = results.flatMap(({ name, checks }) => checks.map((check) => createTableRow(name, check)));
  const getOldCell = (what, one) => (one === column ? undefined : old.cells.get(what)?.[one]);
  const lines = [
    `| what | target | ${columns.join(' | ')} |`,
    `|---|---|${'---|'.repeat(columns.length)}`,
    ...rows.map(
      ({ what, target, value }) =>
        `| ${[what, target, ...columns.map((one) => getOldCell(what, one) ?? (one === column ? value : ''))].join(' | ')} |`,
    ),
    '',
    ...[...old.notes.filter((note) => !note.startsWith(`${column}:`)), `${column}: ${node}, ${machine}, ${date}.`]
      .sort()
      .map((note) => `${note}\\`),
  ];
  const figures = lines.join('\n').replace(/\\$/, '');
  writeFileSync(performancePage, `${before}${START}\n\n${figures}\n\n${END}${after}`);
}

function createTableRow(name, { what, value, target, isMissed }) {
  const shown = value.toFixed(2);
  return { what: `${name}: ${what}`, target: `≤ ${target}`, value: isMissed ? `**${shown}**` : shown };
}

/** Returns the columns of the current table, its cells by row and column, and the lines after the table. */
function parseMarkdownTable(table) {
  const lines = table.trim().split('\n');
  const splitCells = (line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
  const [header, , ...rows] = lines.filter((line) => line.startsWith('|')).map(splitCells);
  const columns = header?.slice(2) ?? [];
  const cells = new Map(
    rows.map(([what, , ...values]) => [what, Object.fromEntries(columns.map((column, i) => [column, values[i]]))]),
  );
  return {
    columns,
    cells,
    notes: lines.filter((line) => line.startsWith('Node ')).map((line) => line.replace(/\\$/, '')),
  };
}
