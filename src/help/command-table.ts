import type { Command } from 'commander';
import { declarationOf } from '../app/declared-command.ts';
import { argumentTerm, cell, leavesOf, nameOf } from './command-page.ts';

/** Returns a Markdown table of the commands with these names, in the order of help. @param names such as `upc ip list` */
export function commandTable(program: Command, names: readonly string[]): string {
  const rows = leavesOf(program)
    .filter((command) => names.includes(nameOf(command)))
    .map((command) => `| \`${usageOf(command)}\` | ${cell(command.description())} |`);
  return ['| command | what it does |', '|---|---|', ...rows].map((line) => `${line}\n`).join('');
}

/** Returns a command with its arguments and mandatory options: `upc ip float attach <address>`. */
function usageOf(command: Command): string {
  const usage = declarationOf(command)?.usage;
  const terms = usage === undefined ? command.registeredArguments.map(argumentTerm) : [usage];
  const mandatory = command.options.filter((option) => option.mandatory).map(({ flags }) => flags);
  return cell([nameOf(command), ...terms.map((term) => term.replaceAll('...', '…')), ...mandatory].join(' '));
}
