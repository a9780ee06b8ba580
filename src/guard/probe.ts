import http from 'node:http';
import https from 'node:https';
import { isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { SecureContextProvider } from '../api/authorities.ts';
import { removeBrackets } from '../core/brackets.ts';
import type { Clock } from '../core/clock.ts';
import type { Env } from '../core/environment.ts';
import { getErrorCode } from '../core/error-code.ts';
import type { HealthCheckResult } from '../domain/guard/health.ts';
import type { HealthCheck } from '../domain/health-check.ts';
import { connectToFirstAddress, type GuardNetwork, systemNetwork } from './connect.ts';
import { createHostResolver } from './resolve.ts';
import { runShellCommand } from './shell.ts';

export interface ProbeOptions {
  readonly env: Env;
  readonly timeoutMs: number;
  readonly stop: AbortSignal;
  readonly clock: Clock;
  /** The certificate authorities that an https check trusts; by default, those of Node. */
  readonly trust?: SecureContextProvider | undefined;
  readonly network?: GuardNetwork;
}

export interface ProbeResult extends HealthCheckResult {
  /**
   * Whether the check failed much later than its time-out. If so, the machine was suspended during the check, and the
   * failure does not prove that the primary is down (T-21).
   */
  readonly isLate: boolean;
}

/** How late a timer may be on a busy machine. A greater delay means that the machine was suspended. */
const MAX_TIMER_DELAY_MS = 300;

/** A check in progress. The promise `result` is never rejected. */
interface RunningCheck {
  readonly result: Promise<HealthCheckResult>;
  readonly cancel: () => void;
  /** Returns what was missing at the time-out, as part of a sentence: "no response". */
  readonly timeoutText: () => string;
}

/** Returns a function that runs the check once. The function never throws: an error is a failed check. */
export function createHealthProbe(check: HealthCheck, options: ProbeOptions): () => Promise<ProbeResult> {
  const start =
    check.kind === 'command' ? () => startCommandCheck(check.line, options) : createConnectionCheck(check, options);
  return async () => {
    const elapsedMs = startStopwatch(options.clock);
    const result = await limitCheckTime(start(), options);
    return { ...result, isLate: !result.healthy && elapsedMs() > options.timeoutMs + MAX_TIMER_DELAY_MS };
  };
}

/**
 * Returns a function that measures the elapsed time, in milliseconds. Also uses the system clock, because the monotonic clock
 * of some systems stops while the machine is suspended.
 */
function startStopwatch(clock: Clock): () => number {
  const [elapsed, now] = [clock.elapsed(), clock.now()];
  return () => Math.max(clock.elapsed() - elapsed, clock.now() - now);
}

function startCommandCheck(command: string, { env }: ProbeOptions): RunningCheck {
  const stop = new AbortController();
  return {
    result: runShellCommand(command, { env, stop: stop.signal }).then(({ ok, detail }) => ({ healthy: ok, detail })),
    cancel: () => stop.abort(),
    timeoutText: () => 'did not end',
  };
}

function createConnectionCheck(
  check: HealthCheck & { kind: 'http' | 'tcp' },
  options: ProbeOptions,
): () => RunningCheck {
  const { network = systemNetwork, timeoutMs } = options;
  const { host, port } = check.kind === 'tcp' ? check : getHostAndPort(check.url);
  const resolve = createHostResolver(host, network);
  return () => {
    // If the addresses are known from an earlier check, wait only half of the time limit for a new look-up. The other half
    // remains for the connection.
    const opening = connectToFirstAddress(resolve(timeoutMs / 2), port, timeoutMs, network);
    let isConnected = false;
    let request: http.ClientRequest | undefined;
    const runCheck = async (): Promise<HealthCheckResult> => {
      const socket = await opening.socket;
      isConnected = true;
      if (check.kind === 'tcp') return { healthy: true, detail: 'connected' };
      request = startHttpRequest(check.url, socket, options.trust);
      return waitForResponse(request, socket.remoteAddress ?? host);
    };
    return {
      result: runCheck().catch((error: Error) => ({ healthy: false, detail: error.message })),
      cancel() {
        opening.cancel();
        request?.destroy();
        void opening.socket.then((socket) => socket.destroy()).catch(() => {});
      },
      timeoutText: () => (isConnected ? 'no response' : `no connection to ${opening.formatTriedAddresses() || host}`),
    };
  };
}

function getHostAndPort(url: URL): { readonly host: string; readonly port: number } {
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  return { host: removeBrackets(url.hostname), port };
}

/**
 * Sends a GET over a new connection: an old connection may still work when the service accepts no new ones. Follows no
 * redirect and uses no proxy.
 */
function startHttpRequest(url: URL, socket: Socket, trust: SecureContextProvider | undefined): http.ClientRequest {
  const isSecure = url.protocol === 'https:';
  const { host } = getHostAndPort(url);
  const createConnection = () =>
    isSecure
      ? connectTls({
          socket,
          host,
          ...(isIP(host) === 0 && { servername: host }),
          ...(trust && { secureContext: trust() }),
        })
      : socket;
  const headers = { 'user-agent': `upcloud-ip/${UPC_VERSION}`, connection: 'close' };
  return (isSecure ? https : http).request(url, { method: 'GET', createConnection, headers }).end();
}

function waitForResponse(request: http.ClientRequest, address: string): Promise<HealthCheckResult> {
  return new Promise((resolve) => {
    request.on('error', (error) =>
      resolve({
        healthy: false,
        detail: `the connection to ${address} failed (${getErrorCode(error) || 'unknown error'})`,
      }),
    );
    request.once('response', (response) => {
      const status = response.statusCode ?? 0;
      response.destroy();
      resolve({ healthy: status >= 200 && status < 400, detail: `HTTP ${status}` });
    });
  });
}

/** Waits for the check, and cancels it when its time is over or the guard is stopped. */
async function limitCheckTime(
  { result, cancel, timeoutText }: RunningCheck,
  { timeoutMs, stop }: ProbeOptions,
): Promise<HealthCheckResult> {
  let timer: NodeJS.Timeout | undefined;
  let onStop = (): void => {};
  const cut = new Promise<HealthCheckResult>((resolve) => {
    const endCheck = (detail: string) => resolve({ healthy: false, detail });
    timer = setTimeout(() => endCheck(`${timeoutText()} within ${timeoutMs / 1_000} s`), timeoutMs);
    onStop = () => endCheck('stopped');
    if (stop.aborted) onStop();
    stop.addEventListener('abort', onStop, { once: true });
  });
  try {
    return await Promise.race([result, cut]);
  } finally {
    clearTimeout(timer);
    stop.removeEventListener('abort', onStop);
    cancel();
  }
}
