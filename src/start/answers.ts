import { fstatSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { scripts } from '../completion/scripts.ts';
import { versionText } from '../version.ts';

/** The widths for which the build has written the help of every command; for others the program lays it out. */
export const helpWidths = [80, 100] as const;

/**
 * Answers the command lines that need nothing of the program: each start of a shell may run one, and a person who asks for
 * help waits for it. The program answers them alike.
 * @param dist the folder that the program was built into
 * @returns false where the program has to run
 */
export async function answered(argv: readonly string[], dist: string): Promise<boolean> {
  const text = fixedText(argv) ?? helpText(argv, dist);
  return text !== undefined && write(text);
}

/** The answer to `--version` and `completion <shell>`, where nothing else is on the command line. */
function fixedText(argv: readonly string[]): string | undefined {
  const [first = '', second, ...more] = argv;
  if (second === undefined) return first === '--version' || first === '-V' ? `${versionText()}\n` : undefined;
  if (first !== 'completion' || more.length > 0) return undefined;
  return Object.entries(scripts).find(([shell]) => shell === second)?.[1];
}

/** The help of a command that is named by its own words and nothing else: `ip list --help`. */
function helpText(argv: readonly string[], dist: string): string | undefined {
  const last = argv.at(-1);
  if (last !== '--help' && last !== '-h') return undefined;
  const width = outputWidth();
  if (!helpWidths.some((known) => known === width)) return undefined;
  const name = argv.slice(0, -1).join(' ');
  try {
    const pages = JSON.parse(readFileSync(join(dist, `help-${width}.json`), 'utf8')) as Record<string, string>;
    return Object.hasOwn(pages, name) ? pages[name] : undefined;
  } catch {
    // The program can do without.
    return undefined;
  }
}

/** As the program lays out help: as wide as the terminal, up to a hundred columns. */
function outputWidth(): number {
  // Only a terminal is worth making the stream for.
  const columns = fstatSync(1).isCharacterDevice() ? process.stdout.columns : undefined;
  return Math.min(100, columns || 80);
}

/** Writes without a stream, which would take 2 ms to make. False where the program is to try, and to tell what is wrong. */
async function write(text: string): Promise<boolean> {
  const bytes = Buffer.from(text, 'utf8');
  // A console of Windows shows bytes in its own code page; the stream knows better.
  if (process.platform === 'win32' && process.stdout.isTTY) return writeToStream(bytes);
  let written = 0;
  try {
    while (written < bytes.length) written += writeSync(1, bytes, written);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // EPIPE: whoever read it has enough (T-8). EAGAIN: a pipe that does not wait for its reader, and is full.
    return code === 'EPIPE' || (code === 'EAGAIN' && writeToStream(bytes.subarray(written)));
  }
}

function writeToStream(bytes: Buffer): Promise<boolean> {
  return new Promise((resolve) => {
    const done = () => resolve(true);
    process.stdout.once('error', done).write(bytes, done);
  });
}
