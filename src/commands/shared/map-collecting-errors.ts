import { UpcError } from '../../core/errors.ts';
import { joinHints } from '../../core/hint.ts';

/** More are a flood: what is wrong with them is seen from these. */
const MOST_LINES = 10;

/**
 * Does the work for each of several, before anything is sent, and tells of every one for which it cannot be done.
 * @throws UpcError the only one; or one with the lines of all, and the code and hint of the first
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
  const more = lines.length - MOST_LINES;
  throw new UpcError(first.exitCode, more > 0 ? [...lines.slice(0, MOST_LINES), `And ${more} more.`] : lines, {
    code: first.code,
    hint: [joinHints('Nothing was sent.', first.hints[0] ?? ''), ...first.hints.slice(1)],
  });
}
