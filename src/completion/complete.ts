import type { Group } from '../app/command.ts';
import type { Context } from '../app/context.ts';
import { sanitize } from '../core/sanitize.ts';
import { bashReply, readBashLine } from './bash-line.ts';
import { type Candidates, candidatesFor } from './candidates.ts';

/** From the first request on; the rest of the promised second is for starting the program. */
const PATIENCE_MS = 750;

/**
 * Answers a shell's script, which calls `upc __complete <shell> <words…>`: first a line with what the rest is (`words` or `files`), then a candidate a line, with a tab and its
 * meaning where the shell shows it. Whatever goes wrong, the answer is none: a prompt is no place for errors.
 */
export async function complete(tree: Group, context: Context, [shell, ...rest]: readonly string[]): Promise<void> {
  const line = shell === 'bash' ? readBashLine(rest[0] ?? '', rest[1] ?? '') : undefined;
  const words = line ? line.words.slice(1) : shell === 'powershell' ? rest.map((word) => word.slice(1)) : rest;
  const over = new AbortController();
  const found = await Promise.race([
    candidatesFor(tree, context, words).catch((): Candidates => []),
    context.clock.sleep(PATIENCE_MS, over.signal).then((): Candidates => []),
  ]);
  over.abort();
  if (found === 'files') return context.out.text('files\n');
  const lines = found
    .filter(({ value }) => sanitize(value) === value)
    .map(({ value, description }) => {
      if (line) return bashReply(value, line);
      return description === '' ? value : `${value}\t${sanitize(description)}`;
    });
  await context.out.text(`words\n${lines.map((one) => (one === undefined ? '' : `${one}\n`)).join('')}`);
}
