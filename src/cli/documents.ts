import { PassThrough } from 'node:stream';
import { createContext } from '../app/context.ts';
import type { DeclaredCommand } from '../app/declared-command.ts';
import { getCommandName, listLeafCommands } from '../help/command-page.ts';
import { renderCommandTable } from '../help/command-table.ts';
import { renderCommandManPage, renderManPage } from '../help/man-page.ts';
import { renderReferencePages } from '../help/reference.ts';
import { createWholeProgram } from './program.ts';
import { commandTree } from './tree.ts';

/** Returns the manual pages that the build writes, by file name. */
export async function renderManPages(version: string): Promise<Readonly<Record<string, string>>> {
  const program = await createDocumentedProgram();
  const commands = listLeafCommands(program).map(
    (command) => [`${getCommandName(command).replaceAll(' ', '-')}.1`, renderCommandManPage(command, version)] as const,
  );
  return Object.fromEntries([['upc.1', renderManPage(program, version)], ...commands]);
}

/** Renders the pages that docs/reference must contain. Returns them by file name. */
export async function renderReference(): Promise<Readonly<Record<string, string>>> {
  return renderReferencePages(await createDocumentedProgram());
}

/** The commands that the README lists. The reference has all. */
const mostUsedCommands = [
  'upc ip list',
  'upc ip show',
  'upc ip audit',
  'upc ip release',
  'upc ip float create',
  'upc ip float move',
  'upc ip float guard',
  'upc ip ptr set',
  'upc ip ptr plan',
  'upc ip ptr apply',
];

/** Returns the README with the current table of the most used commands. */
export async function updateReadme(readme: string): Promise<string> {
  const table = renderCommandTable(await createDocumentedProgram(), mostUsedCommands);
  return readme.replace(
    /(<!-- commands -->\n\n)[\s\S]*?(\n<!-- \/commands -->)/,
    (_all, before, after) => before + table + after,
  );
}

/** Returns a page with the current version in its install commands, such as `npm install upcloud-ip@1.2.3`. */
export function insertVersion(page: string, version: string): string {
  return page.replace(/\bupcloud-ip@\d[\w.-]*/g, `upcloud-ip@${version}`);
}

/** Creates the program with all commands, for documents. It runs no command. */
async function createDocumentedProgram(): Promise<DeclaredCommand> {
  const never = new AbortController().signal;
  const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
  const interrupt = { stopping: never, ending: never, signal: () => 'SIGINT' as const };
  const context = createContext({ env: {}, ...streams, platform: 'linux', interrupt }, () => ({
    headers: true,
    timeout: 60,
    color: 'never',
  }));
  return createWholeProgram(context, commandTree);
}
