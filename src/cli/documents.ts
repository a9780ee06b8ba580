import { PassThrough } from 'node:stream';
import { createContext } from '../app/context.ts';
import type { DeclaredCommand } from '../app/declared-command.ts';
import { commandTable } from '../help/command-table.ts';
import { manPage } from '../help/man-page.ts';
import { createWholeProgram } from './program.ts';
import { tree } from './tree.ts';

/** Returns what the build writes from the tree of commands, by file name. */
export async function documents(version: string): Promise<Readonly<Record<string, string>>> {
  return { 'upc.1': manPage(await createDocumentedProgram(), version) };
}

/** Returns the README with the table of commands as it is now. */
export async function currentReadme(readme: string): Promise<string> {
  const table = commandTable(await createDocumentedProgram());
  return readme.replace(
    /(<!-- commands -->\n\n)[\s\S]*?(\n<!-- \/commands -->)/,
    (_all, before, after) => before + table + after,
  );
}

/** Creates the whole tree of commands for documents; it runs nothing. */
export async function createDocumentedProgram(): Promise<DeclaredCommand> {
  const never = new AbortController().signal;
  const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
  const interrupt = { stopping: never, ending: never, signal: () => 'SIGINT' as const };
  const context = createContext({ env: {}, ...streams, platform: 'linux', interrupt }, () => ({
    headers: true,
    timeout: 60,
    color: 'never',
  }));
  return createWholeProgram(context, tree);
}
