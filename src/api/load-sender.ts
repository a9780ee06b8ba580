import { setImmediate, setTimeout } from 'node:timers/promises';
import type { Agents } from './agents.ts';
import type { sendOnce } from './send-once.ts';

/** The longest wait for connections before got is loaded, in milliseconds. */
const OPENING_MAX_MS = 100;

/**
 * Returns a function that loads what sends requests. Loading got keeps the processor busy for 40 ms, so the connections for the
 * first requests are opened before: their handshakes take place meanwhile. Each of those requests gets one of these connections, and the
 * requests that will follow get the others.
 */
export function createSenderLoader(agents: Agents): (url: string, followers?: number) => Promise<typeof sendOnce> {
  const opening: Promise<void>[] = [];
  let loading: Promise<typeof sendOnce> | undefined;
  let isLoaded = false;
  const load = async (): Promise<typeof sendOnce> => {
    // By the next turn, all requests that do not wait for another one's response are here.
    await setImmediate();
    await Promise.race([Promise.all(opening), setTimeout(OPENING_MAX_MS, undefined, { ref: false })]);
    const sender = await import('./send-once.ts');
    isLoaded = true;
    return sender.sendOnce;
  };
  return (url, followers = 0) => {
    for (let i = 0; i <= followers && !isLoaded; i++) opening.push(agents.open(new URL(url)));
    loading ??= load();
    return loading;
  };
}
