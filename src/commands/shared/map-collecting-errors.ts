import { UpcError } from '../../core/errors.ts';
import { joinHints } from '../../core/hint.ts';

/** The maximum number of lines of one error. */
const MAX_ERROR_LINES = 10;

/**
 * Applies `work` to all items and collects the errors, so that the user sees all of them at once. Use it only before anything
 * is sent: the combined error says "Nothing was sent."
 * @throws UpcError the error itself if there is only one; otherwise one error with the lines of all, and the code and hint of
 *   the first
 */
export function mapCollectingErrors<T, R>(items: readonly T[], work: (item: T) => R): R[] {
  const results: R[] = [];
  const errors: UpcError[] = [];
  for (const item of items) {
    try {
      results.push(work(item));
    } catch (error) {
      if (!(error instanceof UpcError)) throw error;
      errors.push(error);
    }
  }
  const [first] = errors;
  if (first === undefined) return results;
  if (errors.length === 1) throw first;
  const lines = errors.flatMap((error) => error.lines);
  const more = lines.length - MAX_ERROR_LINES;
  throw new UpcError(first.exitCode, more > 0 ? [...lines.slice(0, MAX_ERROR_LINES), `And ${more} more.`] : lines, {
    code: first.code,
    hint: [joinHints('Nothing was sent.', first.hints[0] ?? ''), ...first.hints.slice(1)],
  });
}
