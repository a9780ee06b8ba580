import type { Command } from 'commander';
import {
  type CommandPage,
  createCommandPage,
  escapeTableCell,
  listGlobalOptions,
  listLeafCommands,
} from './command-page.ts';

/** Returns the pages of docs/reference by file name: an index, and a page for each command. */
export function renderReferencePages(program: Command): Readonly<Record<string, string>> {
  const pages = listLeafCommands(program).map(createCommandPage);
  const rows = pages.map(
    (page) => `| [\`${escapeTableCell(page.name)}\`](${getPageFile(page)}) | ${escapeTableCell(page.summary)} |\n`,
  );
  const index = `# Command reference

Each page is generated from the declaration of its command. \`upc <command> --help\` shows the same text at the terminal.

| command | what it does |
|---|---|
${rows.join('')}
## Global options

They work with every command.

${renderTermTable(listGlobalOptions(program))}`;
  return Object.fromEntries([
    ['README.md', index],
    ...pages.map((page) => [getPageFile(page), renderCommandPage(page)]),
  ]);
}

const getPageFile = ({ name }: CommandPage): string => `${name.replaceAll(' ', '-')}.md`;

function renderCommandPage({ name, usage, summary, terms, notes, json, exits, examples }: CommandPage): string {
  const parts = [
    `# ${name}\n\n${escapeHtml(summary)}.\n`,
    `\`\`\`text\n${usage}\n\`\`\`\n`,
    `## Examples\n\n\`\`\`sh\n${examples.join('\n')}\n\`\`\`\n`,
    ...terms.map(({ heading, items }) => `## ${heading}\n\n${renderTermTable(items)}`),
    ...(notes.length > 0 ? [`## Notes\n\n${renderNotes(notes)}`] : []),
    ...(json === undefined ? [] : [`## JSON\n\n${escapeHtml(json)}.\n`]),
    ...(exits.length > 0 ? [`## Exit codes\n\n${renderTermTable(exits)}`] : []),
    'The [global options](README.md#global-options) work with every command.\n',
  ];
  return parts.join('\n');
}

function renderTermTable(items: readonly (readonly [string, string])[]): string {
  return `| | |\n|---|---|\n${items.map(([term, meaning]) => `| \`${escapeTableCell(term)}\` | ${escapeHtml(escapeTableCell(meaning))} |\n`).join('')}`;
}

/**
 * Renders notes as a Markdown list. If two spaces follow the first word of a note, the word is a term, and the rest is its
 * meaning.
 */
function renderNotes(notes: readonly string[]): string {
  return `${notes
    .map((note) => {
      const [, term, text] = /^(\S+) {2,}(.*)$/.exec(note) ?? [];
      return term === undefined ? `- ${escapeHtml(note)}` : `- \`${term}\`: ${escapeHtml(text ?? '')}`;
    })
    .join('\n')}\n`;
}

/** Escapes placeholders such as `<server>`, which Markdown would treat as HTML. Text inside backticks needs no escaping. */
const escapeHtml = (text: string): string =>
  text.replace(/`[^`]*`|<([^>]*)>/g, (found, name?: string) => (name === undefined ? found : `\\<${name}\\>`));
