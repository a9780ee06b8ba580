import { setMaxListeners } from 'node:events';

/**
 * Returns a controller whose signal may have any number of listeners. By default, Node prints a warning about a leak from the
 * eleventh listener on, but a command may send 16 requests at the same time.
 */
export function createSharedController(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}
