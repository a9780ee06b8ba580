import type { Server } from '../domain/model.ts';
import { getServerDisplayName } from '../domain/server-name.ts';
import type { Context } from './context.ts';

/** Warns if a server is not started: an address on it may not respond. */
export function warnIfNotStarted({ out }: Context, { state, ...server }: Server): void {
  if (state === 'started') return;
  const where = state === 'stopped' ? 'stopped' : state === 'maintenance' ? 'in maintenance' : `in state ${state}`;
  out.warn(`Server ${getServerDisplayName(server)} is ${where} and may not respond.`);
}
