import { lookup } from 'node:dns/promises';
import { connect, isIP, type Socket } from 'node:net';
import { codeOf } from '../files/error-code.ts';

/** The next address of a name is tried after this time; earlier ones go on meanwhile. */
const STAGGER_MS = 250;

/** How names become addresses and addresses become sockets; tests pass their own. */
export interface Network {
  lookUp(host: string): Promise<readonly string[]>;
  connect(address: string, port: number): Socket;
}

export const systemNetwork: Network = {
  lookUp: async (host) => (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address),
  connect: (host, port) => connect({ host, port }),
};

/** A connection that is being opened. */
export interface Opening {
  /** Resolves with the first socket that connects. @throws Error whose message names the addresses tried */
  readonly socket: Promise<Socket>;
  /** The addresses tried so far, each with its error, as part of a sentence; empty before the first. */
  tried(): string;
  cancel(): void;
}

/**
 * Connects to the address of a name that responds first (as RFC 8305 does, "Happy Eyeballs"). Node's own selection gives up
 * an address after 250 ms, so a name with two families is down for it where the round trip takes longer (T-22).
 * @param timeoutMs the time for all; with many addresses each is tried in a fraction of it
 */
export function openConnection(
  addresses: Promise<readonly string[]>,
  port: number,
  timeoutMs: number,
  network: Network,
): Opening {
  const errors = new Map<string, string>();
  const sockets = new Set<Socket>();
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const tried = () => [...errors].map(([address, code]) => (code === '' ? address : `${address} (${code})`)).join(', ');
  const cancel = (winner?: Socket) => {
    isOver = true;
    clearTimeout(timer);
    for (const socket of sockets) if (socket !== winner) socket.destroy();
  };
  const race = (all: readonly string[]) =>
    new Promise<Socket>((resolve, reject) => {
      const waiting = [...all];
      const staggerMs = Math.min(STAGGER_MS, timeoutMs / (2 * waiting.length));
      let pending = 0;
      const tryNext = () => {
        clearTimeout(timer);
        const address = isOver ? undefined : waiting.shift();
        if (address === undefined) {
          if (pending === 0) reject(new Error(`no connection to ${tried()}`));
          return;
        }
        pending += 1;
        errors.set(address, '');
        const socket = network.connect(address, port);
        sockets.add(socket);
        socket.once('connect', () => {
          cancel(socket);
          resolve(socket);
        });
        // It stays for the socket's whole life: an error without a listener would end the process.
        socket.on('error', (error) => {
          if (isOver) return;
          errors.set(address, codeOf(error) || 'unknown error');
          pending -= 1;
          tryNext();
        });
        if (waiting.length > 0) timer = setTimeout(tryNext, staggerMs);
      };
      tryNext();
    });
  return { socket: addresses.then((all) => race(alternating(all))), tried, cancel: () => cancel() };
}

/** Alternates the families, beginning with the one that the system prefers, so that a dead one costs one step. */
function alternating(addresses: readonly string[]): string[] {
  const [first] = addresses;
  if (first === undefined) return [];
  const isPreferred = (address: string) => isIP(address) === isIP(first);
  const preferred = addresses.filter(isPreferred);
  const others = addresses.filter((address) => !isPreferred(address));
  return preferred
    .flatMap((address, at) => [address, ...others.slice(at, at + 1)])
    .concat(others.slice(preferred.length));
}
