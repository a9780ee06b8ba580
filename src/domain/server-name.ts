import type { Server } from './model.ts';

/** What a server is called: its title, where it has none its hostname, and else its UUID. */
export function serverName({ title, hostname, uuid }: Pick<Server, 'title' | 'hostname' | 'uuid'>): string {
  return title || hostname || uuid;
}
