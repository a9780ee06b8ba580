import { isIP } from 'node:net';
import { codeOf } from '../core/error-code.ts';
import type { Network } from './connect.ts';

/** Returns the addresses of the checked host. */
export type Resolve = (patienceMs: number) => Promise<readonly string[]>;

/**
 * Looks a host up for every check. A name server that fails or is slow says nothing about the checked service (T-22): once
 * the addresses are known, they are used after `patienceMs` without a response. One look-up runs at a time, because a hanging
 * one occupies a thread of the process.
 * @throws Error that names the host, where it was never resolved
 */
export function createResolver(host: string, { lookUp }: Network): Resolve {
  if (isIP(host) !== 0) return async () => [host];
  let known: readonly string[] = [];
  let running: Promise<void> | undefined;
  const start = async () => {
    try {
      const found = await lookUp(host);
      if (found.length > 0) known = found;
      else throw new Error();
    } catch (error) {
      if (known.length === 0) throw new Error(`${host} cannot be resolved (${codeOf(error) || 'no address'})`);
    } finally {
      running = undefined;
    }
  };
  return async (patienceMs) => {
    running ??= start();
    const resolved = running;
    if (known.length > 0) await waitAtMost(resolved, patienceMs);
    else await resolved;
    return known;
  };
}

/** Waits for the work, but not longer than this. */
async function waitAtMost(work: Promise<void>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
