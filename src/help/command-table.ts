import type { Command } from 'commander';
import { getCommandDeclaration } from '../app/declared-command.ts';
import { escapeTableCell, formatArgument, getCommandName, listLeafCommands } from './command-page.ts';

/** Returns a Markdown table of the commands with these names, in the order of help. @param names such as `upc ip list` */
export function renderCommandTable(program: Command, names: readonly string[]): string {
  const rows = listLeafCommands(program)
    .filter((command) => names.includes(getCommandName(command)))
    .map((command) => `| \`${formatUsage(command)}\` | ${escapeTableCell(command.description())} |`);
  return ['| command | what it does |', '|---|---|', ...rows].map((line) => `${line}\n`).join('');
}

/** Returns a command with its arguments and mandatory options: `upc ip float attach <address>`. */
function formatUsage(command: Command): string {
  const usage = getCommandDeclaration(command)?.usage;
  const terms = usage === undefined ? command.registeredArguments.map(formatArgument) : [usage];
  const mandatory = command.options.filter((option) => option.mandatory).map(({ flags }) => flags);
  return escapeTableCell(
    [getCommandName(command), ...terms.map((term) => term.replaceAll('...', '…')), ...mandatory].join(' '),
  );
}
