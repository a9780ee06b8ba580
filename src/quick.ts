import { scripts } from './completion/scripts.ts';
import { createSink } from './output/sink.ts';
import { versionText } from './version.ts';

/**
 * Answers the command lines that need nothing of the program, and of which each start of a shell may run one; the program
 * answers them alike.
 * @returns the exit code; undefined where the program has to run
 */
export async function main(): Promise<number | undefined> {
  const text = quickText(process.argv.slice(2));
  if (text === undefined) return undefined;
  const stdout = createSink(process.stdout);
  await stdout.write(text);
  // The program says what is wrong with a stream that cannot be written.
  return stdout.failure() === undefined ? 0 : undefined;
}

/** The answer to `--version` and `completion <shell>`, where nothing else is on the command line. */
export function quickText(argv: readonly string[]): string | undefined {
  const [first = '', second, ...more] = argv;
  if (second === undefined) return first === '--version' || first === '-V' ? `${versionText()}\n` : undefined;
  if (first !== 'completion' || more.length > 0) return undefined;
  return Object.entries(scripts).find(([shell]) => shell === second)?.[1];
}
