import type { Command } from 'commander';
import { createCommandPage, listGlobalOptions, listLeafCommands } from './command-page.ts';
import { environmentVariables, exitCodes } from './topics.ts';

/** Returns the manual page upc(1) in roff, generated from the commands' declarations. */
export function renderManPage(program: Command, version: string): string {
  const blocks = [
    `.TH UPC 1 "" "upc ${escapeRoff(version)}" "User Commands"`,
    `.SH NAME\nupc \\- manage UpCloud IP addresses`,
    `.SH SYNOPSIS\n.B upc\n.I command\n.RI [ options ]`,
    `.SH DESCRIPTION\n${escapeParagraph(program.description())}`,
    `.SH COMMANDS\n${listLeafCommands(program).map(renderCommandSection).join('\n')}`,
    `.SH GLOBAL OPTIONS\nThey are accepted before and after the command.\n${renderDefinitionList(listGlobalOptions(program))}`,
    `.SH EXIT STATUS\n${renderDefinitionList(exitCodes)}`,
    `.SH ENVIRONMENT\n${renderDefinitionList(environmentVariables)}`,
  ];
  return `${blocks.join('\n')}\n`;
}

/** Returns the manual page of one command, such as upc-ip-float-guard(1). */
export function renderCommandManPage(command: Command, version: string): string {
  const { name, usage, summary, terms, notes, json, exits, examples } = createCommandPage(command);
  const title = name.replaceAll(' ', '-');
  const blocks = [
    `.TH ${title.toUpperCase()} 1 "" "upc ${escapeRoff(version)}" "User Commands"`,
    `.SH NAME\n${escapeRoff(title)} \\- ${escapeRoff(summary)}`,
    `.SH SYNOPSIS\n.B ${quoteRoff(usage)}`,
    ...terms.map(
      ({ heading, items: list }) => `.SH ${quoteRoff(heading.toUpperCase())}\n${renderDefinitionList(list)}`,
    ),
    ...(notes.length > 0 ? [`.SH NOTES\n${notes.map(escapeParagraph).join('\n.PP\n')}`] : []),
    ...(json === undefined ? [] : [`.SH JSON\n${escapeParagraph(json)}`]),
    ...(exits.length > 0 ? [`.SH EXIT STATUS\n${renderDefinitionList(exits)}`] : []),
    `.SH EXAMPLES\n.EX\n${examples.map(escapeRoff).join('\n')}\n.EE`,
    '.SH SEE ALSO\n.BR upc (1)',
  ];
  return `${blocks.join('\n')}\n`;
}

function renderCommandSection(command: Command): string {
  const { usage, summary, terms, notes, json, examples } = createCommandPage(command);
  const text = [
    `.SS ${quoteRoff(usage)}`,
    escapeParagraph(`${summary}.`),
    renderDefinitionList(terms.flatMap(({ items: list }) => list)),
    ...notes.map((note) => `.PP\n${escapeParagraph(note)}`),
    ...(json === undefined ? [] : [`.PP\nJSON: ${escapeRoff(json)}`]),
    `.PP\n.EX\n${examples.map((line) => `  ${escapeRoff(line)}`).join('\n')}\n.EE`,
  ];
  return text.filter(Boolean).join('\n');
}

function renderDefinitionList(list: readonly (readonly [string, string])[]): string {
  return list.map(([term, text]) => `.TP\n.B ${quoteRoff(term)}\n${escapeParagraph(text)}`).join('\n');
}

const quoteRoff = (text: string): string => `"${escapeRoff(text).replaceAll('"', '\\(dq')}"`;

/** Escapes a full stop or an apostrophe at the start of a line, which roff would read as the start of a request. */
const escapeParagraph = (text: string): string => escapeRoff(text).replace(/^(?=[.'])/gm, '\\&');

/** Escapes characters that roff would interpret or replace: the backslash, hyphens, quotes and all non-ASCII characters. */
function escapeRoff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('`', '\\(ga')
    .replaceAll("'", '\\(aq')
    .replaceAll('^', '\\(ha')
    .replaceAll('~', '\\(ti')
    .replace(
      /[\u0080-\u{10ffff}]/gu,
      (char) => `\\[u${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`,
    );
}
