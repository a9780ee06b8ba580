import type { ReadStream } from 'node:tty';
import type { InputStream } from '../app/context.ts';
import { InterruptedError } from '../core/errors.ts';

/** How long to wait for another key, in milliseconds. If no key arrives, all earlier keys have been discarded. */
const QUIET_PERIOD_MS = 30;
const CTRL_C = '\u0003';
const CTRL_D = '\u0004';

/**
 * Discards keys that the user typed before the question appeared, so that these keys do not answer the question (T-8).
 * @throws InterruptedError if one of the keys is Ctrl-C or Ctrl-D
 */
export async function discardInput(stdin: InputStream): Promise<void> {
  const terminal = stdin as InputStream & Partial<Pick<ReadStream, 'setRawMode' | 'isRaw'>>;
  // Without `setRawMode`, stdin is not a terminal. Only a terminal keeps keys that the user typed earlier.
  if (!terminal.setRawMode) return;
  const wasRaw = terminal.isRaw === true;
  // Set raw mode: in line mode, the terminal would hold back an unfinished line until Enter.
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
    const timer = setTimeout(() => end(resolve), QUIET_PERIOD_MS);
    stdin.on('data', onData).resume();
  });
}
