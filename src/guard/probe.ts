import http from 'node:http';
import https from 'node:https';
import { connect } from 'node:net';
import type { HealthCheck } from '../domain/health-check.ts';
import { codeOf } from '../files/error-code.ts';
import { runShell } from './shell.ts';

export interface ProbeOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs: number;
  readonly stop: AbortSignal;
}

export interface Health {
  readonly healthy: boolean;
  /** What was seen, without what may be secret in a URL or a command. */
  readonly detail: string;
}

/** Asks once. Never throws: what went wrong is what it tells. */
export async function probe(check: HealthCheck, options: ProbeOptions): Promise<Health> {
  if (check.kind === 'command') {
    const { ok, detail } = await runShell(check.line, options);
    return { healthy: ok, detail };
  }
  const ask = check.kind === 'http' ? askHttp(check.url) : askTcp(check.host, check.port);
  return within(ask, options);
}

interface Asking {
  readonly answer: Promise<Health>;
  readonly cancel: () => void;
}

/** A connection of its own each time: one that was kept open tells less. No redirect is followed, no proxy used. */
function askHttp(url: URL): Asking {
  const { request } = url.protocol === 'https:' ? https : http;
  const asked = request(url, { method: 'GET', agent: false, headers: { 'user-agent': `upcloud-ip/${UPC_VERSION}` } });
  const answer = new Promise<Health>((resolve) => {
    asked.on('error', (error) => resolve(unreachable(error)));
    asked.once('response', (response) => {
      const status = response.statusCode ?? 0;
      response.destroy();
      resolve({ healthy: status >= 200 && status < 400, detail: `HTTP ${status}` });
    });
  });
  asked.end();
  return { answer, cancel: () => asked.destroy() };
}

function askTcp(host: string, port: number): Asking {
  const socket = connect({ host, port });
  const answer = new Promise<Health>((resolve) => {
    socket.on('error', (error) => resolve(unreachable(error)));
    socket.once('connect', () => resolve({ healthy: true, detail: 'connected' }));
  });
  return { answer, cancel: () => socket.destroy() };
}

function unreachable(error: Error): Health {
  return { healthy: false, detail: `no connection (${codeOf(error) || 'unknown error'})` };
}

async function within({ answer, cancel }: Asking, { timeoutMs, stop }: ProbeOptions): Promise<Health> {
  let timer: NodeJS.Timeout | undefined;
  let onStop = (): void => {};
  const late = new Promise<Health>((resolve) => {
    timer = setTimeout(() => resolve({ healthy: false, detail: `no answer within ${timeoutMs / 1_000} s` }), timeoutMs);
    onStop = () => resolve({ healthy: false, detail: 'stopped' });
    stop.addEventListener('abort', onStop, { once: true });
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
    stop.removeEventListener('abort', onStop);
    cancel();
  }
}
