import { setMaxListeners } from 'node:events';

/**
 * Returns a controller whose signal may have any number of listeners. A command may send 16 requests at the same time, each
 * with a listener. By default, Node warns about a leak from the eleventh listener on.
 */
export function createSharedController(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}
