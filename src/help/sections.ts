import type { AnyCommand, ExitCodeMeanings } from '../app/command.ts';

/** The exit codes of commands that change nothing. */
export const readOnlyCommandExitCodes: ExitCodeMeanings = [
  [0, 'done'],
  [1, 'the API rejected the request'],
  [2, 'wrong usage'],
  [3, 'the configuration cannot be read or used'],
  [4, 'not signed in, or permission denied'],
  [7, 'the API was unreachable or limited the request rate, or the command timed out'],
];

/**
 * Returns a command's exit codes, sorted by number. If a code is declared twice, the later meaning replaces the earlier
 * one.
 */
export function listExitCodes({ exits }: AnyCommand): ExitCodeMeanings {
  return [...new Map(exits)].sort(([a], [b]) => a - b);
}

/**
 * Returns a command's notes. Joins the lines of a sentence, so that the sentence is wrapped as a whole. Rows of a list stay
 * separate.
 */
export function listNotes({ notes = [] }: AnyCommand): string[] {
  const joined: string[] = [];
  let isOpen = false;
  for (const line of notes) {
    if (isOpen) joined.push(`${joined.pop()} ${line}`);
    else joined.push(line);
    isOpen = !line.includes('  ') && !/[.)]$/.test(line);
  }
  return joined;
}
