import type { LookupAddress } from 'node:dns';
import { lookup as systemLookup } from 'node:dns/promises';
import { connect, isIP, type Socket } from 'node:net';

/** Finds all addresses of a hostname; tests hand in their own. */
export type Lookup = (hostname: string) => Promise<readonly LookupAddress[]>;

export interface DialOptions {
  /** A hostname, or an IP address without brackets. */
  readonly host: string;
  readonly port: number;
  readonly lookup?: Lookup | undefined;
  /** Milliseconds that the look-up may take, and each address: 5,000 by default (T-3). */
  readonly timeoutMs?: number;
  /** Ends the attempt at once. */
  readonly signal?: AbortSignal;
}

/** An address that was tried, and the system's error code for it. */
export interface Attempt {
  readonly address: string;
  readonly code: string;
}

/** No connection. `code` is that of the address that failed last; without attempts the look-up failed. */
export class DialError extends Error {
  readonly code: string;
  readonly attempts: readonly Attempt[];

  constructor(code: string, attempts: readonly Attempt[] = []) {
    super(`no connection (${code})`);
    this.code = code;
    this.attempts = attempts;
  }
}

/** The next address is tried when the one before has had this long, as RFC 8305 recommends. */
const HEAD_START_MS = 250;

/**
 * Opens a TCP connection to the address of a name that is there first (T-3). Each address keeps its whole time: Node's own
 * `autoSelectFamily` closes an attempt when it starts the next one, after 250 ms.
 * @throws DialError: ABORT_ERR by the signal, ETIMEOUT where no name server responds in time, else the system's code
 */
export async function dial(options: DialOptions): Promise<Socket> {
  const { host, signal, timeoutMs = 5_000 } = options;
  if (signal?.aborted) throw new DialError('ABORT_ERR');
  return race(isIP(host) ? [host] : await resolveHost(options, timeoutMs), options, timeoutMs);
}

/** @throws DialError; the system's own look-up cannot be stopped, and is left behind */
async function resolveHost({ host, lookup = resolveBySystem, signal }: DialOptions, ms: number): Promise<string[]> {
  let stop = (): void => {};
  let timer: NodeJS.Timeout | undefined;
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(new DialError('ABORT_ERR'));
    timer = setTimeout(() => reject(new DialError('ETIMEOUT')), ms);
    signal?.addEventListener('abort', stop, { once: true });
  });
  try {
    const found = await Promise.race([lookup(host), stopped]);
    if (found.length === 0) throw new DialError('ENOTFOUND');
    return alternateFamilies(found);
  } catch (error) {
    throw error instanceof DialError ? error : new DialError(codeOf(error));
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}

const resolveBySystem: Lookup = (hostname) => systemLookup(hostname, { all: true });

/** Keeps the order of the system, but takes IPv6 and IPv4 in turn: one of them may be broken altogether. */
function alternateFamilies(found: readonly LookupAddress[]): string[] {
  const [first] = found;
  const same = found.filter(({ family }) => family === first?.family);
  const other = found.filter(({ family }) => family !== first?.family);
  const longest = Math.max(same.length, other.length);
  return Array.from({ length: longest }, (_, i) => [same[i], other[i]])
    .flat()
    .flatMap((one) => one?.address ?? []);
}

/** Starts with the first address and adds the next one after the head start, or as soon as another one failed. */
function race(addresses: readonly string[], { port, signal }: DialOptions, timeoutMs: number): Promise<Socket> {
  const left = [...addresses];
  const attempts: Attempt[] = [];
  const open = new Map<Socket, NodeJS.Timeout>();
  let next: NodeJS.Timeout | undefined;
  return new Promise<Socket>((resolve, reject) => {
    const finish = (winner?: Socket, code = attempts.at(-1)?.code ?? 'ENOTFOUND') => {
      clearTimeout(next);
      signal?.removeEventListener('abort', abort);
      for (const [socket, timer] of open) {
        clearTimeout(timer);
        if (socket !== winner) socket.destroy();
      }
      open.clear();
      if (winner) resolve(winner);
      else reject(new DialError(code, attempts));
    };
    const abort = () => finish(undefined, 'ABORT_ERR');
    const fail = (socket: Socket, address: string, code: string) => {
      clearTimeout(open.get(socket));
      if (!open.delete(socket)) return;
      socket.destroy();
      attempts.push({ address, code });
      startNext();
    };
    const startNext = () => {
      clearTimeout(next);
      const address = left.shift();
      if (address === undefined) return void (open.size === 0 && finish());
      const socket = connect({ host: address, port, noDelay: true });
      const timer = setTimeout(() => fail(socket, address, 'ETIMEDOUT'), timeoutMs);
      open.set(socket, timer);
      // The listener stays on the winner: an error before anyone else listens must not end the process.
      socket.on('error', (error) => fail(socket, address, codeOf(error)));
      socket.once('connect', () => open.has(socket) && finish(socket));
      if (left.length > 0) next = setTimeout(startNext, HEAD_START_MS);
    };
    signal?.addEventListener('abort', abort, { once: true });
    startNext();
  });
}

function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : 'UNKNOWN';
}
