import type { Command } from 'commander';
import { documentedProgram } from './program.ts';

/** The help of every command by its words, `ip float move`; the program's own is under the empty name. */
export function helpPages(columns: number): Record<string, string> {
  const pages: Record<string, string> = {};
  const add = (command: Command, words: readonly string[]): void => {
    pages[words.join(' ')] = command.helpInformation();
    for (const one of command.commands) add(one, [...words, one.name()]);
  };
  add(documentedProgram(columns), []);
  return pages;
}
