import type { LookupAddress } from 'node:dns';
import { lookup as systemLookup } from 'node:dns/promises';
import { connect, isIP, type Socket } from 'node:net';
import { getErrorCode } from './error-code.ts';

/** Returns all addresses of a hostname. Tests replace this function. */
export type Lookup = (hostname: string) => Promise<readonly LookupAddress[]>;

export interface DialOptions {
  /** A hostname, or an IP address without brackets. */
  readonly host: string;
  readonly port: number;
  readonly lookup?: Lookup | undefined;
  /** The time limit for the look-up, and for each address, in milliseconds: 5,000 by default (T-3). */
  readonly timeoutMs?: number;
  /** Aborting this signal ends the attempt. */
  readonly signal?: AbortSignal;
}

export interface ConnectOptions {
  readonly port: number;
  /** The time limit for each address, in milliseconds; undefined for no limit. */
  readonly timeoutMs?: number;
  /** The wait before the next address is tried, in milliseconds: 250 by default, as RFC 8305 recommends. */
  readonly attemptDelayMs?: number;
  /** Aborting this signal ends the attempt. */
  readonly signal?: AbortSignal | undefined;
  /** Called when an attempt for an address starts, and again with the system's error code when it fails. */
  readonly onAttempt?: (address: string, code?: string) => void;
  /** Starts to connect a socket. Tests replace this function. */
  readonly connect?: (address: string, port: number) => Socket;
}

/** An address that was tried, and the system's error code for it. */
export interface FailedAttempt {
  readonly address: string;
  readonly code: string;
}

/** Thrown if no connection was opened. `attempts` lists the addresses that failed; it is empty if the look-up failed. */
export class DialError extends Error {
  readonly code: string;
  readonly attempts: readonly FailedAttempt[];

  constructor(code: string, attempts: readonly FailedAttempt[] = []) {
    super(`no connection (${code})`);
    this.code = code;
    this.attempts = attempts;
  }
}

/**
 * Looks up a host and opens a TCP connection to its first address that responds (T-3).
 * @throws DialError with the code ABORT_ERR if the signal is aborted, ETIMEOUT if no name server responds in time, else the
 *   system's code
 */
export async function dial(options: DialOptions): Promise<Socket> {
  const { host, port, signal, timeoutMs = 5_000 } = options;
  if (signal?.aborted) throw new DialError('ABORT_ERR');
  const addresses = isIP(host) ? [host] : await resolveHost(options, timeoutMs);
  return connectToFirstResponding(addresses, { port, signal, timeoutMs });
}

/** Looks up a host. A look-up by the system cannot be cancelled, so it may go on after the time-out. @throws DialError */
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
    return found.map(({ address }) => address);
  } catch (error) {
    throw error instanceof DialError ? error : new DialError(getErrorCode(error) || 'UNKNOWN');
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}

const resolveBySystem: Lookup = (hostname) => systemLookup(hostname, { all: true });

/**
 * Alternates between IPv6 and IPv4, because one of the two protocols may not work. Otherwise keeps the order of the
 * addresses.
 */
function alternateFamilies(addresses: readonly string[]): string[] {
  const family = isIP(addresses[0] ?? '');
  const same = addresses.filter((address) => isIP(address) === family);
  const other = addresses.filter((address) => isIP(address) !== family);
  const longest = Math.max(same.length, other.length);
  return Array.from({ length: longest }, (_, i) => [same[i], other[i]])
    .flat()
    .filter((address) => address !== undefined);
}

export const openSocket = (host: string, port: number): Socket => connect({ host, port, noDelay: true });

/** The default for `attemptDelayMs`, as RFC 8305 recommends. */
export const CONNECTION_ATTEMPT_DELAY_MS = 250;

/**
 * Opens a TCP connection to the first of the addresses that responds. Tries the next address after `attemptDelayMs`, or as
 * soon as an attempt fails. Each attempt has the full time limit (T-3, T-22). Node's `autoSelectFamily` is not used, because
 * it ends each attempt after 250 ms.
 * @throws DialError with the code ABORT_ERR if the signal is aborted, else with the code of the last failure, such as
 *   ETIMEDOUT
 */
export function connectToFirstResponding(addresses: readonly string[], options: ConnectOptions): Promise<Socket> {
  const {
    port,
    timeoutMs,
    attemptDelayMs = CONNECTION_ATTEMPT_DELAY_MS,
    signal,
    onAttempt,
    connect: start = openSocket,
  } = options;
  const left = alternateFamilies(addresses);
  const attempts: FailedAttempt[] = [];
  const open = new Map<Socket, NodeJS.Timeout | undefined>();
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
      onAttempt?.(address, code);
      startNextAttempt();
    };
    const startNextAttempt = () => {
      clearTimeout(next);
      const address = left.shift();
      if (address === undefined) return void (open.size === 0 && finish());
      onAttempt?.(address);
      const socket = start(address, port);
      const timer =
        timeoutMs === undefined ? undefined : setTimeout(() => fail(socket, address, 'ETIMEDOUT'), timeoutMs);
      open.set(socket, timer);
      // Keep this listener after the connection opens: an error without any listener would end the process.
      socket.on('error', (error) => fail(socket, address, getErrorCode(error) || 'UNKNOWN'));
      socket.once('connect', () => open.has(socket) && finish(socket));
      if (left.length > 0) next = setTimeout(startNextAttempt, attemptDelayMs);
    };
    if (signal?.aborted) return abort();
    signal?.addEventListener('abort', abort, { once: true });
    startNextAttempt();
  });
}
