import { gzipSync } from 'node:zlib';
import type { FaultedRequest, FaultResponder } from './fault-server.ts';

/** A fault in a response, and the reaction that the program must show. */
export interface Fault {
  readonly name: string;
  readonly respond: FaultResponder;
  /** The exit code of a command whose first GET gets the fault. */
  readonly reading: number;
  /** How many times the program sends a GET that gets the fault. */
  readonly tries: 1 | 3;
  /**
   * The exit code of a change if the fault is a rejection by the API. Undefined for other faults, after which the
   * outcome is unknown (exit code 9).
   */
  readonly rejects?: number;
  /**
   * How many times the program sends a change that can be repeated; undefined means once. A create is always sent once.
   */
  readonly changes?: 3;
  /** Whether the fault needs much memory or processor time. */
  readonly heavy?: true;
  /** The time limit in seconds, for faults without a response. */
  readonly timeout?: number;
}

const json = { 'content-type': 'application/json' };

/** Responds with an error in the format of the API. */
const respondWithError =
  (status: number, headers: Record<string, string> = {}): FaultResponder =>
  ({ response }) =>
    void response
      .writeHead(status, { ...json, ...headers })
      .end(JSON.stringify({ error: { error_code: 'SOME_FAULT', error_message: 'Some words.' } }));

const respondWithHtml =
  (status: number): FaultResponder =>
  ({ response }) =>
    void response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' }).end('<html>Sign in, please</html>');

const respondWithRedirect =
  (to: (faulted: FaultedRequest) => string): FaultResponder =>
  (faulted) =>
    void faulted.response.writeHead(307, { location: to(faulted) }).end();

const respondWithChangedBody =
  (headers: Record<string, string>, change: (body: Buffer) => Buffer): FaultResponder =>
  ({ response, original }) => {
    const status = original.status === 204 ? 200 : original.status;
    response.writeHead(status, { ...json, ...headers }).end(change(original.body));
  };

const gzipBomb = gzipSync(Buffer.alloc(70 * 1024 * 1024, 32));
const oversizedBody = Buffer.alloc(65 * 1024 * 1024, 32);
const replaceAddressInBody = (body: Buffer): Buffer =>
  Buffer.from(body.toString().replace(/"address":"[^"]*"/, '"address":"203.0.113.77"'));

const respondByteByByte: FaultResponder = ({ response, original }) => {
  response.writeHead(200, { ...json, 'content-length': String(Math.max(60, original.body.length)) });
  let at = 0;
  const timer = setInterval(() => response.write(original.body.subarray(at, ++at)), 1_000);
  response.once('close', () => clearInterval(timer));
};

const notRetried = { tries: 1, reading: 1 } as const;
const retriedThreeTimes = { tries: 3, reading: 7 } as const;
const noResponse = { tries: 1, reading: 7, timeout: 3 } as const;
const createRejection = (code: number) => ({ tries: 1, reading: code, rejects: code }) as const;
const retriedRejection = { ...retriedThreeTimes, rejects: 7, changes: 3 } as const;
const notRetriedRejection = { ...notRetried, reading: 7, rejects: 7 } as const;

export const faults: readonly Fault[] = [
  { name: 'reset amid sending', respond: ({ request }) => void request.socket.destroy(), ...retriedThreeTimes },
  { name: 'hang before headers', respond: () => {}, ...noResponse },
  {
    name: 'hang after headers',
    respond: ({ response }) => response.writeHead(200, { ...json, 'content-length': '9' }).flushHeaders(),
    ...noResponse,
  },
  { name: 'one byte a second', respond: respondByteByByte, ...noResponse },
  {
    name: 'short content-length',
    respond: ({ response, original }) => {
      response.writeHead(200, { ...json, 'content-length': String(original.body.length + 9) }).write(original.body);
      setImmediate(() => response.socket?.end());
    },
    ...retriedThreeTimes,
  },
  {
    name: 'truncated chunks',
    respond: ({ response, original }) => {
      response.writeHead(200, json).write(`${original.body.subarray(0, 20)} `);
      setImmediate(() => response.socket?.destroy());
    },
    ...retriedThreeTimes,
  },
  {
    name: 'no HTTP at all',
    respond: ({ request }) => void request.socket.end('220 mail.example.com ESMTP\r\n'),
    ...retriedThreeTimes,
  },
  { name: '400', respond: respondWithError(400), ...createRejection(1) },
  { name: '401', respond: respondWithError(401), ...createRejection(4) },
  { name: '403', respond: respondWithError(403), ...createRejection(4) },
  { name: '404', respond: respondWithError(404), ...createRejection(5) },
  { name: '409', respond: respondWithError(409), ...createRejection(8) },
  { name: '408', respond: respondWithError(408), ...retriedThreeTimes },
  { name: '429', respond: respondWithError(429), ...retriedRejection },
  { name: '429, Retry-After: 1', respond: respondWithError(429, { 'retry-after': '1' }), ...retriedRejection },
  {
    name: '429, Retry-After: 3600',
    respond: respondWithError(429, { 'retry-after': '3600' }),
    ...notRetriedRejection,
  },
  {
    name: '429, Retry-After: 99999999',
    respond: respondWithError(429, { 'retry-after': '99999999' }),
    ...retriedRejection,
  },
  { name: '429, Retry-After: -5', respond: respondWithError(429, { 'retry-after': '-5' }), ...retriedRejection },
  {
    name: '429, Retry-After: a date long past',
    respond: respondWithError(429, { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' }),
    ...retriedRejection,
  },
  {
    name: '429, Retry-After: a date in an hour',
    respond: (faulted) =>
      respondWithError(429, { 'retry-after': new Date(Date.now() + 3_600_000).toUTCString() })(faulted),
    ...notRetriedRejection,
  },
  { name: '429 as a page', respond: respondWithHtml(429), ...retriedThreeTimes, changes: 3 },
  { name: '500', respond: respondWithError(500), ...retriedThreeTimes },
  { name: '502', respond: respondWithError(502), ...retriedThreeTimes },
  { name: '503', respond: respondWithError(503), ...retriedThreeTimes },
  {
    name: '503, Retry-After: 3600',
    respond: respondWithError(503, { 'retry-after': '3600' }),
    ...notRetried,
    reading: 7,
  },
  { name: '504', respond: respondWithError(504), ...retriedThreeTimes },
  { name: '500 as a page', respond: respondWithHtml(500), ...retriedThreeTimes },
  { name: '502 as a page', respond: respondWithHtml(502), ...retriedThreeTimes },
  { name: '503 as a page', respond: respondWithHtml(503), ...retriedThreeTimes },
  { name: '400 as a page', respond: respondWithHtml(400), ...notRetried },
  { name: '404 as a page', respond: respondWithHtml(404), ...notRetried },
  {
    name: 'redirect to the same host',
    respond: respondWithRedirect(({ request }) => `${request.url}?`),
    ...notRetried,
  },
  { name: 'redirect to another host', respond: respondWithRedirect(() => 'https://api.example/'), ...notRetried },
  {
    name: 'redirect down to http',
    respond: respondWithRedirect(({ request }) => `http://${request.headers.host}/`),
    ...notRetried,
  },
  { name: 'HTML', respond: respondWithHtml(200), ...notRetried },
  { name: 'empty 200', respond: ({ response }) => void response.writeHead(200, json).end(), ...notRetried },
  {
    name: 'broken gzip',
    respond: respondWithChangedBody({ 'content-encoding': 'gzip' }, (body) =>
      Buffer.concat([Buffer.from([31, 139, 8, 0]), body]),
    ),
    ...retriedThreeTimes,
  },
  {
    name: 'gzip bomb',
    respond: respondWithChangedBody({ 'content-encoding': 'gzip' }, () => gzipBomb),
    ...notRetried,
    heavy: true,
  },
  { name: 'oversized body', respond: respondWithChangedBody({}, () => oversizedBody), ...notRetried, heavy: true },
  {
    name: 'invalid UTF-8',
    respond: respondWithChangedBody({}, (body) => Buffer.concat([Buffer.from([34, 0xc3, 0x28, 34]), body])),
    ...notRetried,
  },
  {
    name: 'JSON of another kind',
    respond: respondWithChangedBody({}, () => Buffer.from('[null,{"ip_address":[]}]')),
    ...notRetried,
  },
];

/**
 * The response describes another address than the requested one. `faults` does not contain this fault, because it
 * cannot occur in the list of all addresses.
 */
export const otherAddress: Fault = {
  name: 'a response that describes another address',
  respond: respondWithChangedBody({}, replaceAddressInBody),
  ...notRetried,
};

/** A fault for changes: the status says success, but the body shows the old state. */
export const oldState: Fault = {
  name: '202 with the old state',
  respond: ({ response, before }) => void response.writeHead(202, json).end(before.body),
  ...notRetried,
};
