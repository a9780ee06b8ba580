import { setImmediate, setTimeout } from 'node:timers/promises';
import type { HttpAgents } from './agents.ts';
import type { sendOnce } from './send-once.ts';

/** The longest wait for connections before got is loaded, in milliseconds. */
const OPENING_MAX_MS = 100;

/**
 * Returns a function that loads sendOnce(). Loading it keeps the processor busy for 40 ms. Before that, the function opens
 * connections for the request and its `followers`: their handshakes take place during these 40 ms.
 */
export function createSendOnceLoader(
  agents: HttpAgents,
): (url: string, followers?: number) => Promise<typeof sendOnce> {
  const opening: Promise<void>[] = [];
  let loading: Promise<typeof sendOnce> | undefined;
  let isLoaded = false;
  const load = async (): Promise<typeof sendOnce> => {
    // Wait one turn of the event loop: by then, all requests that can be sent at the same time have arrived.
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
