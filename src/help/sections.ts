import type { AnyCommand, ExitMeanings } from '../app/command.ts';

/** Exit codes of every command that only reads. */
export const readingExits: ExitMeanings = [
  [0, 'done'],
  [1, 'the API rejected the request'],
  [2, 'wrong usage'],
  [3, 'the configuration cannot be used'],
  [4, 'not signed in, or permission denied'],
  [7, 'unreachable or timed out'],
];

/** A command's exit codes by number; what the command says of a code comes before what its kind says. */
export function exitsOf({ exits }: AnyCommand): ExitMeanings {
  return [...new Map(exits)].sort(([a], [b]) => a - b);
}

/** A command's notes: lines that go on are joined so that they wrap as one; rows of a list stay as they are. */
export function notesOf({ notes = [] }: AnyCommand): string[] {
  const joined: string[] = [];
  let isOpen = false;
  for (const line of notes) {
    if (isOpen) joined.push(`${joined.pop()} ${line}`);
    else joined.push(line);
    isOpen = !line.includes('  ') && !/[.)]$/.test(line);
  }
  return joined;
}
