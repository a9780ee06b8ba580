import type { Server } from './model.ts';

/** Returns the name to show for a server: its title, or its hostname, or its UUID. */
export function serverName({ title, hostname, uuid }: Pick<Server, 'title' | 'hostname' | 'uuid'>): string {
  return title || hostname || uuid;
}
