import type { Command } from 'commander';
import { declarationOf } from '../app/declared-command.ts';
import { leavesOf } from './command-page.ts';

/** Returns a Markdown table of all commands, in the order of help. */
export function commandTable(program: Command): string {
  const rows = leavesOf(program).map((command) => `| \`${usageOf(command)}\` | ${cell(command.description())} |`);
  return ['| command | what it does |', '|---|---|', ...rows].map((line) => `${line}\n`).join('');
}

/** Returns a command with its arguments and mandatory options: `upc ip float attach <address>`. */
function usageOf(command: Command): string {
  const words: string[] = [];
  for (let at: Command | null = command; at; at = at.parent) words.unshift(at.name());
  const usage = declarationOf(command)?.usage?.replaceAll('...', '…');
  const terms = usage === undefined ? command.registeredArguments.map(termOf) : [usage];
  const mandatory = command.options.filter((option) => option.mandatory).map(({ flags }) => flags);
  return cell([...words, ...terms, ...mandatory].join(' '));
}

function termOf(argument: Command['registeredArguments'][number]): string {
  const name = `${argument.name()}${argument.variadic ? '…' : ''}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

/** Escapes bars, which would end the cell. */
const cell = (text: string): string => text.replaceAll('|', '\\|');
