import type { CommandGroup } from '../app/command.ts';
import type { Context } from '../app/context.ts';
import { sanitize } from '../core/sanitize.ts';
import { formatBashCandidate, parseBashLine } from './bash-line.ts';
import { type Candidates, findCompletionCandidates } from './candidates.ts';

/** Time limit for finding the candidates. Completion may take one second in total, including the start of the program. */
const COMPLETION_TIME_LIMIT_MS = 750;

/**
 * Prints the candidates for the completion script of a shell, which runs `upc __complete <shell> …`. The first line is
 * `words` or `files`. After `words`, each line is a candidate; for some shells, a tab and a description follow. After an
 * error, prints no candidates and no message, because a message would disturb the user's prompt.
 */
export async function printCandidates(
  tree: CommandGroup,
  context: Context,
  [shell, ...rest]: readonly string[],
): Promise<void> {
  const line = shell === 'bash' ? parseBashLine(rest[0] ?? '', rest[1] ?? '') : undefined;
  const words = line ? line.words.slice(1) : shell === 'powershell' ? rest.map((word) => word.slice(1)) : rest;
  const over = new AbortController();
  const found = await Promise.race([
    findCompletionCandidates(tree, context, words).catch((): Candidates => []),
    context.clock.sleep(COMPLETION_TIME_LIMIT_MS, over.signal).then((): Candidates => []),
  ]);
  over.abort();
  if (found === 'files') return context.out.text('files\n');
  const lines = found
    .filter(({ value }) => sanitize(value) === value)
    .map(({ value, description }) => {
      if (line) return formatBashCandidate(value, line);
      return description === '' ? value : `${value}\t${sanitize(description)}`;
    });
  await context.out.text(`words\n${lines.map((one) => (one === undefined ? '' : `${one}\n`)).join('')}`);
}
