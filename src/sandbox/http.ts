import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { getErrorCode } from '../core/error-code.ts';
import { UsageError } from '../core/errors.ts';
import { sanitize } from '../core/sanitize.ts';
import { getRequestListener, type Hono, HTTPException } from '../libraries/hono.ts';
import { INSTANCE_HEADER } from './running.ts';
import type { SandboxEnvironment } from './state.ts';

export interface ServingOptions {
  readonly env: SandboxEnvironment;
  /** The port to listen on. With 0, the default, the system chooses a free port. */
  readonly port?: number;
  /**
   * How long to delay each response of the API, in milliseconds. The request is carried out before the delay, as with a
   * slow network.
   */
  readonly latency?: number;
  /** The percentage of API requests that fail with status 503. These requests are not carried out. */
  readonly failRate?: number;
  readonly log?: (line: string) => void;
  readonly onRequest?: (request: RecordedRequest) => void;
}

export interface RecordedRequest {
  readonly method: string;
  /** The path and the query, such as `/1.3/price?zone=fi-hel1`. */
  readonly path: string;
  readonly body: string;
  readonly status: number;
}

export interface Sandbox {
  readonly origin: string;
  /** A random name of this server. Each response contains the name in a header, so that clients can recognize the server. */
  readonly instance: string;
  /** Stops accepting requests, waits up to two seconds for the requests in progress, and closes all connections. */
  close(): Promise<void>;
}

/** Serves an app on the loopback interface only. @throws UsageError if the port cannot be used */
export async function serveApp(app: Hono, options: ServingOptions): Promise<Sandbox> {
  const instance = randomBytes(16).toString('hex');
  const handle = createRequestHandler(app, options);
  const fetch = async (request: Request): Promise<Response> => {
    const response = await handleAndReportRequest(request, handle, options);
    response.headers.set(INSTANCE_HEADER, instance);
    return response;
  };
  // Keep the global classes Request and Response. By default, the library replaces them for the whole process.
  const server = createServer(getRequestListener(fetch, { overrideGlobalObjects: false }));
  const close = createServerCloser(server);
  const port = await listenOnPort(server, options.port ?? 0);
  return { origin: `http://127.0.0.1:${port}`, instance, close };
}

type RequestHandler = (request: Request) => Promise<Response>;

function createRequestHandler(app: Hono, { env, latency = 0, failRate = 0, log }: ServingOptions): RequestHandler {
  app.onError((error) => {
    if (error instanceof HTTPException) return error.getResponse();
    log?.(sanitize(`${formatCurrentTime(env)} error: ${error.message}`));
    return createErrorResponse(
      500,
      'INTERNAL_ERROR',
      'The sandbox could not carry out the request. See the log of the sandbox.',
    );
  });
  return async (request) => {
    if (!/^\/1\.3(?:\/|$)/.test(new URL(request.url).pathname)) return app.fetch(request);
    // Without --fail-rate, take no random number here: tests rely on the sequence of random numbers that requests get.
    const fails = failRate > 0 && env.random() * 100 < failRate;
    const response = fails
      ? createErrorResponse(503, 'SERVICE_UNAVAILABLE', 'The sandbox failed this request because of --fail-rate.')
      : await app.fetch(request);
    if (latency > 0) await sleep(latency, undefined, { ref: false });
    return response;
  };
}

async function handleAndReportRequest(
  request: Request,
  handle: RequestHandler,
  options: ServingOptions,
): Promise<Response> {
  const start = performance.now();
  const { pathname, search } = new URL(request.url);
  const [method, path] = [request.method, pathname + search];
  const body = options.onRequest === undefined ? '' : await request.clone().text();
  const response = await handle(request);
  options.onRequest?.({ method, path, body, status: response.status });
  const duration = Math.round(performance.now() - start);
  options.log?.(sanitize(`${formatCurrentTime(options.env)} ${method} ${path} ${response.status} ${duration} ms`));
  return response;
}

function createErrorResponse(status: number, code: string, message: string): Response {
  return Response.json({ error: { error_code: code, error_message: message } }, { status });
}

function formatCurrentTime(env: SandboxEnvironment): string {
  return new Date(env.now()).toISOString();
}

function listenOnPort(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(createListenError(port, error)));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

const createPortError = (problem: string, remedy: string) => new UsageError(problem, remedy, 'PORT_UNAVAILABLE');

/** Returns an error with advice if the port is in use or not permitted. Returns any other error unchanged. */
function createListenError(port: number, error: Error): Error {
  const code = getErrorCode(error);
  if (code === 'EADDRINUSE')
    return createPortError(
      `Port ${port} is already in use.`,
      'Choose another port with --port, or use --port 0 for any free port.',
    );
  if (code === 'EACCES')
    return createPortError(`This user is not allowed to use port ${port}.`, 'Choose a port above 1023 with --port.');
  return error;
}

const CLOSE_GRACE_MS = 2000;

function createServerCloser(server: Server): () => Promise<void> {
  let active = 0;
  let onIdle = (): void => {};
  server.on('request', (_request, response) => {
    active++;
    response.once('close', () => {
      active--;
      if (active === 0) onIdle();
    });
  });
  const close = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    const idle = new Promise<void>((resolve) => {
      onIdle = resolve;
    });
    // Wait a limited time for the requests in progress, then close all connections. An idle or stalled client would
    // otherwise keep the server open.
    if (active > 0) await Promise.race([idle, sleep(CLOSE_GRACE_MS, undefined, { ref: false })]);
    server.closeAllConnections();
    await closed;
  };
  let closed: Promise<void> | undefined;
  return () => {
    closed ??= close();
    return closed;
  };
}
