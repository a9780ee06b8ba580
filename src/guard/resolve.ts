import { isIP } from 'node:net';
import { getErrorCode } from '../core/error-code.ts';
import type { GuardNetwork } from './connect.ts';

/**
 * Looks up the host of the health check and returns its addresses. If the look-up fails or takes longer than `patienceMs`,
 * returns the addresses of an earlier look-up. Without such addresses, waits until the look-up ends.
 * @throws Error if no addresses are known and the look-up fails
 */
export type HostResolver = (patienceMs: number) => Promise<readonly string[]>;

/**
 * Returns a function that looks up the host for each check. If the look-up fails or is slow, the function returns the
 * addresses that it already knows (T-22). Only one look-up runs at a time, because a look-up that hangs blocks a thread of
 * the process.
 * @throws Error from the returned function, if the look-up fails and no addresses are known; the message names the host
 */
export function createHostResolver(host: string, { lookUp }: GuardNetwork): HostResolver {
  if (isIP(host) !== 0) return async () => [host];
  let known: readonly string[] = [];
  let running: Promise<void> | undefined;
  const startLookUp = async () => {
    try {
      const found = await lookUp(host);
      if (found.length > 0) known = found;
      else throw new Error();
    } catch (error) {
      if (known.length === 0) throw new Error(`${host} cannot be resolved (${getErrorCode(error) || 'no address'})`);
    } finally {
      running = undefined;
    }
  };
  return async (patienceMs) => {
    running ??= startLookUp();
    const resolved = running;
    if (known.length > 0) await waitAtMost(resolved, patienceMs);
    else await resolved;
    return known;
  };
}

/** Waits until the promise is settled or the time is over. */
async function waitAtMost(work: Promise<void>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
