import type { Server } from '../domain/model.ts';
import { serverName } from '../domain/server-name.ts';
import type { Context } from './context.ts';

/** Warns about a server that does not run: an address that moves there may not respond. */
export function warnOfState({ out }: Context, { state, ...server }: Server): void {
  if (state !== 'started') out.warn(`Server ${serverName(server)} is ${state}: nobody answers there.`);
}
