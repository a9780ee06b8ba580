import type { ReadStream } from 'node:tty';
import type { InputStream } from '../app/context.ts';
import { InterruptedError } from '../core/errors.ts';

/** After this time without another key, in milliseconds, all earlier keys count as discarded. */
const QUIET_MS = 30;
const CTRL_C = '\u0003';
const CTRL_D = '\u0004';

/**
 * Discards keys that were typed before a question is on the screen, so that they cannot answer it (T-8).
 * @throws InterruptedError if Ctrl-C or Ctrl-D is one of them
 */
export async function discardInput(stdin: InputStream): Promise<void> {
  const terminal = stdin as InputStream & Partial<Pick<ReadStream, 'setRawMode' | 'isRaw'>>;
  // Only a real terminal has keys that were typed ahead.
  if (!terminal.setRawMode) return;
  const wasRaw = terminal.isRaw === true;
  // In line mode, the terminal would hold back an unfinished line.
  terminal.setRawMode(true);
  try {
    await waitUntilNoInput(stdin);
  } finally {
    terminal.setRawMode(wasRaw);
  }
}

function waitUntilNoInput(stdin: InputStream): Promise<void> {
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
