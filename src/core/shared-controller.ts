import { setMaxListeners } from 'node:events';

/**
 * Returns a controller whose signal any number of operations may listen to at once. Node would print a warning about a leak
 * from the eleventh listener on, and a command may send 16 requests at a time.
 */
export function createSharedController(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}
