import type { Duplex } from 'node:stream';

/** Connections to one origin that were opened before the requests that use them. */
export class SocketPool {
  readonly #openings = new Set<Promise<Duplex>>();

  /** Adds a connection that is being opened. If the connection fails, the request that takes it reports the error. */
  add(opening: Promise<Duplex>): void {
    this.#openings.add(opening);
    // Until a request takes the connection, an error must not count as an unhandled rejection.
    opening.catch(() => {});
  }

  /**
   * Takes a connection out of the pool, so that no other request gets it. Opens a new connection if the pool is empty, or
   * if the server has closed the taken connection meanwhile.
   */
  async takeOr(open: () => Promise<Duplex>): Promise<Duplex> {
    const [opening] = this.#openings;
    if (opening === undefined) return open();
    this.#openings.delete(opening);
    const socket = await opening;
    return socket.destroyed ? open() : socket;
  }

  /** Closes the connections that no request has taken. */
  close(): void {
    for (const opening of this.#openings) opening.then((socket) => socket.destroy()).catch(() => {});
    this.#openings.clear();
  }
}
