import type { Command } from 'commander';
import { commandPage, globalOptions, leavesOf } from './command-page.ts';
import { environment, exitCodes } from './topics.ts';

/** Returns the manual page upc(1) in roff, from the same tree of commands as the help. */
export function manPage(program: Command, version: string): string {
  const blocks = [
    `.TH UPC 1 "" "upc ${roff(version)}" "User Commands"`,
    `.SH NAME\nupc \\- manage UpCloud IP addresses`,
    `.SH SYNOPSIS\n.B upc\n.I command\n.RI [ options ]`,
    `.SH DESCRIPTION\n${paragraph(program.description())}`,
    `.SH COMMANDS\n${leavesOf(program).map(commandSection).join('\n')}`,
    `.SH GLOBAL OPTIONS\nThey are accepted before and after the command.\n${definitionList(globalOptions(program))}`,
    `.SH EXIT STATUS\n${definitionList(exitCodes)}`,
    `.SH ENVIRONMENT\n${definitionList(environment)}`,
  ];
  return `${blocks.join('\n')}\n`;
}

/** Returns the manual page of one command, such as upc-ip-float-guard(1). */
export function commandManPage(command: Command, version: string): string {
  const { name, usage, summary, terms, notes, json, exits, examples } = commandPage(command);
  const title = name.replaceAll(' ', '-');
  const blocks = [
    `.TH ${title.toUpperCase()} 1 "" "upc ${roff(version)}" "User Commands"`,
    `.SH NAME\n${roff(title)} \\- ${roff(summary)}`,
    `.SH SYNOPSIS\n.B ${quoted(usage)}`,
    ...terms.map(({ heading, items: list }) => `.SH ${quoted(heading.toUpperCase())}\n${definitionList(list)}`),
    ...(notes.length > 0 ? [`.SH NOTES\n${notes.map(paragraph).join('\n.PP\n')}`] : []),
    ...(json === undefined ? [] : [`.SH JSON\n${paragraph(json)}`]),
    ...(exits.length > 0 ? [`.SH EXIT STATUS\n${definitionList(exits)}`] : []),
    `.SH EXAMPLES\n.EX\n${examples.map(roff).join('\n')}\n.EE`,
    '.SH SEE ALSO\n.BR upc (1)',
  ];
  return `${blocks.join('\n')}\n`;
}

function commandSection(command: Command): string {
  const { usage, summary, terms, notes, json, examples } = commandPage(command);
  const text = [
    `.SS ${quoted(usage)}`,
    paragraph(`${summary}.`),
    definitionList(terms.flatMap(({ items: list }) => list)),
    ...notes.map((note) => `.PP\n${paragraph(note)}`),
    ...(json === undefined ? [] : [`.PP\nJSON: ${roff(json)}`]),
    `.PP\n.EX\n${examples.map((line) => `  ${roff(line)}`).join('\n')}\n.EE`,
  ];
  return text.filter(Boolean).join('\n');
}

function definitionList(list: readonly (readonly [string, string])[]): string {
  return list.map(([term, text]) => `.TP\n.B ${quoted(term)}\n${paragraph(text)}`).join('\n');
}

const quoted = (text: string): string => `"${roff(text).replaceAll('"', '\\(dq')}"`;

/** Escapes lines that begin with a full stop or an apostrophe, which roff would read as requests. */
const paragraph = (text: string): string => roff(text).replace(/^(?=[.'])/gm, '\\&');

/** Escapes the backslash, and the hyphens and quotes that roff would turn into typographic ones. */
function roff(text: string): string {
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
