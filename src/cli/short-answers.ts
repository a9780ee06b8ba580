import { writeSync } from 'node:fs';
import { completionScripts } from '../completion/scripts.ts';
import { formatVersion } from './version.ts';

/**
 * Prints the text of `--version` or `completion <shell>` without loading the program, because shells run these commands at
 * every start. The loaded program prints the same text.
 * @returns false if the program has to run
 */
export async function printFixedText(argv: readonly string[]): Promise<boolean> {
  const text = findFixedText(argv);
  return text !== undefined && writeText(text);
}

function findFixedText(argv: readonly string[]): string | undefined {
  const [first = '', second, ...more] = argv;
  if (second === undefined) return first === '--version' || first === '-V' ? `${formatVersion()}\n` : undefined;
  if (first !== 'completion' || more.length > 0) return undefined;
  return Object.entries(completionScripts).find(([shell]) => shell === second)?.[1];
}

/**
 * Writes the text directly, because creating a stream takes 2 ms. Returns false if that fails: then the program starts as usual,
 * tries again, and reports the error.
 */
async function writeText(text: string): Promise<boolean> {
  const bytes = Buffer.from(text, 'utf8');
  // A Windows console shows bytes in its own code page; the stream converts them.
  if (process.platform === 'win32' && process.stdout.isTTY) return writeToStream(bytes);
  let written = 0;
  try {
    while (written < bytes.length) written += writeSync(1, bytes, written);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // EPIPE: the reader closed the pipe, which is no error (T-8). EAGAIN: a non-blocking pipe is full, so let a stream write
    // the rest.
    return code === 'EPIPE' || (code === 'EAGAIN' && writeToStream(bytes.subarray(written)));
  }
}

function writeToStream(bytes: Buffer): Promise<boolean> {
  return new Promise((resolve) => {
    const done = () => resolve(true);
    process.stdout.once('error', done).write(bytes, done);
  });
}
