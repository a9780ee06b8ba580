import { setImmediate, setTimeout } from 'node:timers/promises';
import type { HttpAgents } from './agents.ts';
import type { sendOnce } from './send-once.ts';

/** How long to wait for the connections before loading the library `got`, in milliseconds. */
const CONNECTIONS_MAX_WAIT_MS = 100;

/**
 * Returns a function that loads sendOnce(). Loading keeps the processor busy for 40 ms. So the function first opens
 * connections for the request and for `followers` further requests: their TLS handshakes take place during these 40 ms.
 */
export function createSendOnceLoader(
  agents: HttpAgents,
): (url: string, followers?: number) => Promise<typeof sendOnce> {
  const opening: Promise<void>[] = [];
  let loading: Promise<typeof sendOnce> | undefined;
  let isLoaded = false;
  const loadSendOnce = async (): Promise<typeof sendOnce> => {
    // Wait one turn of the event loop. By then, every request that is sent at the same time has added its connection to
    // `opening`.
    await setImmediate();
    await Promise.race([Promise.all(opening), setTimeout(CONNECTIONS_MAX_WAIT_MS, undefined, { ref: false })]);
    const sender = await import('./send-once.ts');
    isLoaded = true;
    return sender.sendOnce;
  };
  return (url, followers = 0) => {
    for (let i = 0; i <= followers && !isLoaded; i++) opening.push(agents.open(new URL(url)));
    loading ??= loadSendOnce();
    return loading;
  };
}
