import type { Command, Help, Option } from 'commander';
import { getCommandDeclaration } from '../app/declared-command.ts';
import { listExitCodes, listNotes } from './sections.ts';

/**
 * Returns a command's help: summary, usage, examples, then the details. Only `upc --help` explains the global options. The
 * help of other commands lists only their names.
 */
export function formatHelp(command: Command, helper: Help): string {
  const width = helper.helpWidth ?? 80;
  const terms = helper.padWidth(command, helper);
  const formatTerm = (term: string, text: string, pad = terms) => helper.formatItem(term, pad, text, helper);
  const formatSection = (heading: string, lines: readonly string[]) =>
    lines.length > 0 ? [[heading, ...lines].join('\n')] : [];
  const declaration = getCommandDeclaration(command);
  const optionGroups = helper.groupItems(
    [...command.options],
    helper.visibleOptions(command),
    (option) => option.helpGroupHeading ?? 'Options:',
  );
  const commandGroups = helper.groupItems(
    [...command.commands],
    helper.visibleCommands(command),
    (one) => one.helpGroup() || 'Commands:',
  );
  const sections = [
    helper.boxWrap(helper.commandDescription(command), width),
    `Usage: ${helper.commandUsage(command)}`,
    ...formatSection('Examples:', declaration?.examples.map((line) => `  $ ${line}`) ?? []),
    ...formatSection(
      'Arguments:',
      helper
        .visibleArguments(command)
        .map((one) => formatTerm(helper.argumentTerm(one), helper.argumentDescription(one))),
    ),
    ...[...commandGroups].flatMap(([heading, commands]) =>
      formatSection(
        heading,
        commands.map((one) => formatTerm(helper.subcommandTerm(one), helper.subcommandDescription(one))),
      ),
    ),
    ...[...optionGroups].flatMap(([heading, options]) =>
      formatSection(
        heading,
        options.map((one) => formatTerm(helper.optionTerm(one), helper.optionDescription(one))),
      ),
    ),
    ...formatSection(
      'Notes:',
      declaration ? listNotes(declaration).map((note) => indentText(helper, note, width)) : [],
    ),
    ...formatSection('JSON (-o json):', declaration?.json ? [indentText(helper, declaration.json, width)] : []),
    ...formatSection(
      'Exit codes:',
      declaration ? listExitCodes(declaration).map(([code, meaning]) => formatTerm(String(code), meaning, 3)) : [],
    ),
    ...formatGlobalOptions(command, helper, width),
  ];
  return `${sections.filter(Boolean).join('\n\n')}\n`;
}

/** Indents and wraps a text. A text that fits on one line is not changed, so that a list row keeps its alignment. */
function indentText(helper: Help, text: string, width: number): string {
  const lines = text.length + 2 <= width ? [text] : helper.boxWrap(text, width - 2).split('\n');
  return lines.map((line) => `  ${line}`).join('\n');
}

function formatGlobalOptions(command: Command, helper: Help, width: number): string[] {
  if (!command.parent) {
    return [
      'See also: `upc help exit-codes`, `upc help environment`, `upc help json`, and --help after any command.',
    ].map((line) => helper.boxWrap(line, width));
  }
  const root = findRootCommand(command);
  const names = root.options.filter((option) => !option.hidden && option.long !== '--version').map(formatOptionName);
  return [`Global options (\`upc --help\` explains them):\n${indentText(helper, names.join(', '), width)}`];
}

const formatOptionName = ({ short, long }: Option): string => [short, long].filter(Boolean).join(' ');

function findRootCommand(command: Command): Command {
  return command.parent ? findRootCommand(command.parent) : command;
}
