import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { UsageError } from '../core/errors.ts';
import { sanitize } from '../core/sanitize.ts';
import { codeOf } from '../files/error-code.ts';
import { INSTANCE_HEADER } from './running.ts';
import type { Environment } from './state.ts';

export interface ServingOptions {
  readonly env: Environment;
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** Milliseconds that every answer of the API comes late. What was asked has been done by then, as with a slow network. */
  readonly latency?: number;
  /** Percent of the API's answers that are a 503. What was asked has then not been done. */
  readonly failRate?: number;
  readonly log?: (line: string) => void;
  readonly onRequest?: (request: SeenRequest) => void;
}

export interface SeenRequest {
  readonly method: string;
  /** With the query, as it came. */
  readonly path: string;
  readonly body: string;
  readonly status: number;
}

export interface Sandbox {
  readonly origin: string;
  /** A random name of this server, sent with every answer. */
  readonly instance: string;
  /** Takes no more requests, lets those under way finish for up to two seconds, and drops the connections. */
  close(): Promise<void>;
}

/** Serves an app on the loopback interface, and only there. */
export async function serveApp(app: Hono, options: ServingOptions): Promise<Sandbox> {
  const instance = randomBytes(16).toString('hex');
  const answer = answering(app, options);
  const fetch = async (request: Request): Promise<Response> => {
    const response = await observed(request, answer, options);
    response.headers.set(INSTANCE_HEADER, instance);
    return response;
  };
  // The library would otherwise put its own Request and Response in the place of everybody's.
  const server = createServer(getRequestListener(fetch, { overrideGlobalObjects: false }));
  const close = closing(server);
  const port = await listening(server, options.port ?? 0);
  return { origin: `http://127.0.0.1:${port}`, instance, close };
}

type Handler = (request: Request) => Promise<Response>;

function answering(app: Hono, { env, latency = 0, failRate = 0, log }: ServingOptions): Handler {
  app.onError((error) => {
    if (error instanceof HTTPException) return error.getResponse();
    log?.(sanitize(`${timeOf(env)} error: ${error.message}`));
    return problem(500, 'INTERNAL_ERROR', 'The sandbox could not carry out the request; its log says why.');
  });
  return async (request) => {
    if (!/^\/1\.3(?:\/|$)/.test(new URL(request.url).pathname)) return app.fetch(request);
    // Chance is asked only when it matters: it is part of what a test holds fixed.
    const fails = failRate > 0 && env.random() * 100 < failRate;
    const response = fails
      ? problem(503, 'SERVICE_UNAVAILABLE', 'The sandbox was told to fail some requests, this one among them.')
      : await app.fetch(request);
    if (latency > 0) await sleep(latency, undefined, { ref: false });
    return response;
  };
}

async function observed(request: Request, answer: Handler, options: ServingOptions): Promise<Response> {
  const start = performance.now();
  const { pathname, search } = new URL(request.url);
  const [method, path] = [request.method, pathname + search];
  const body = options.onRequest === undefined ? '' : await request.clone().text();
  const response = await answer(request);
  options.onRequest?.({ method, path, body, status: response.status });
  const duration = Math.round(performance.now() - start);
  options.log?.(sanitize(`${timeOf(options.env)} ${method} ${path} ${response.status} ${duration} ms`));
  return response;
}

function problem(status: number, code: string, message: string): Response {
  return Response.json({ error: { error_code: code, error_message: message } }, { status });
}

function timeOf(env: Environment): string {
  return new Date(env.now()).toISOString();
}

function listening(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(unavailable(port, error)));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

const notThat = (problem: string, remedy: string) => new UsageError(problem, remedy, 'PORT_UNAVAILABLE');

/** The error as one for people, where they chose the port. */
function unavailable(port: number, error: Error): Error {
  const code = codeOf(error);
  if (code === 'EADDRINUSE')
    return notThat(`Port ${port} is in use already.`, 'Choose another with --port, or 0 for any.');
  if (code === 'EACCES')
    return notThat(`Port ${port} may not be used by this user.`, 'Choose one above 1023 with --port.');
  return error;
}

const GRACE = 2000;

function closing(server: Server): () => Promise<void> {
  let underWay = 0;
  let onIdle = (): void => {};
  server.on('request', (_request, response) => {
    underWay++;
    response.once('close', () => {
      underWay--;
      if (underWay === 0) onIdle();
    });
  });
  const close = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    const idle = new Promise<void>((resolve) => {
      onIdle = resolve;
    });
    // A client that keeps its connection, or has sent half a request, would otherwise hold the server open.
    if (underWay > 0) await Promise.race([idle, sleep(GRACE, undefined, { ref: false })]);
    server.closeAllConnections();
    await closed;
  };
  let closed: Promise<void> | undefined;
  return () => {
    closed ??= close();
    return closed;
  };
}
