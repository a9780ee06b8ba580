import type { ReadStream } from 'node:tty';
import type { InputStream } from '../app/context.ts';
import { InterruptedError } from '../core/errors.ts';

/** Milliseconds without a key after which nothing is left that was typed before the question. */
const QUIET_MS = 30;
const CTRL_C = '\u0003';
const CTRL_D = '\u0004';

/**
 * Throws away what was typed before a question is on the screen, so that it answers nothing (T-8).
 * @throws InterruptedError if Ctrl-C or Ctrl-D is among it
 */
export async function discardInput(stdin: InputStream): Promise<void> {
  const terminal = stdin as InputStream & Partial<Pick<ReadStream, 'setRawMode' | 'isRaw'>>;
  // What is no real terminal has no keys that were typed ahead.
  if (!terminal.setRawMode) return;
  const wasRaw = terminal.isRaw === true;
  // Line by line, the terminal would keep a line that is not finished yet.
  terminal.setRawMode(true);
  try {
    await untilQuiet(stdin);
  } finally {
    terminal.setRawMode(wasRaw);
  }
}

function untilQuiet(stdin: InputStream): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => {
      clearTimeout(timer);
      stdin.off('data', onData).pause();
      settle();
    };
    const onData = (chunk: Buffer | string) => {
      timer.refresh();
      const text = String(chunk);
      if (text.includes(CTRL_C) || text.includes(CTRL_D)) end(() => reject(new InterruptedError()));
    };
    const timer = setTimeout(() => end(resolve), QUIET_MS);
    stdin.on('data', onData).resume();
  });
}
