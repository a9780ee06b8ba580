import { gzipSync } from 'node:zlib';
import type { FaultedRequest, Respond } from './fault-server.ts';

/** A fault in a response, and the reaction that the program must show. */
export interface Fault {
  readonly name: string;
  readonly respond: Respond;
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
const rejecting =
  (status: number, headers: Record<string, string> = {}): Respond =>
  ({ response }) =>
    void response
      .writeHead(status, { ...json, ...headers })
      .end(JSON.stringify({ error: { error_code: 'SOME_FAULT', error_message: 'Some words.' } }));

const page =
  (status: number): Respond =>
  ({ response }) =>
    void response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' }).end('<html>Sign in, please</html>');

const redirect =
  (to: (faulted: FaultedRequest) => string): Respond =>
  (faulted) =>
    void faulted.response.writeHead(307, { location: to(faulted) }).end();

const sending =
  (headers: Record<string, string>, change: (body: Buffer) => Buffer): Respond =>
  ({ response, original }) => {
    const status = original.status === 204 ? 200 : original.status;
    response.writeHead(status, { ...json, ...headers }).end(change(original.body));
  };

const bomb = gzipSync(Buffer.alloc(70 * 1024 * 1024, 32));
const flood = Buffer.alloc(65 * 1024 * 1024, 32);
const other = (body: Buffer): Buffer =>
  Buffer.from(body.toString().replace(/"address":"[^"]*"/, '"address":"203.0.113.77"'));

const dripping: Respond = ({ response, original }) => {
  response.writeHead(200, { ...json, 'content-length': String(Math.max(60, original.body.length)) });
  let at = 0;
  const timer = setInterval(() => response.write(original.body.subarray(at, ++at)), 1_000);
  response.once('close', () => clearInterval(timer));
};

const once = { tries: 1, reading: 1 } as const;
const again = { tries: 3, reading: 7 } as const;
const silence = { tries: 1, reading: 7, timeout: 3 } as const;
const rejected = (code: number) => ({ tries: 1, reading: code, rejects: code }) as const;
const slow = { ...again, rejects: 7, changes: 3 } as const;
const slowOnce = { ...once, reading: 7, rejects: 7 } as const;

export const faults: readonly Fault[] = [
  { name: 'reset amid sending', respond: ({ request }) => void request.socket.destroy(), ...again },
  { name: 'hang before headers', respond: () => {}, ...silence },
  {
    name: 'hang after headers',
    respond: ({ response }) => response.writeHead(200, { ...json, 'content-length': '9' }).flushHeaders(),
    ...silence,
  },
  { name: 'one byte a second', respond: dripping, ...silence },
  {
    name: 'short content-length',
    respond: ({ response, original }) => {
      response.writeHead(200, { ...json, 'content-length': String(original.body.length + 9) }).write(original.body);
      setImmediate(() => response.socket?.end());
    },
    ...again,
  },
  {
    name: 'truncated chunks',
    respond: ({ response, original }) => {
      response.writeHead(200, json).write(`${original.body.subarray(0, 20)} `);
      setImmediate(() => response.socket?.destroy());
    },
    ...again,
  },
  {
    name: 'no HTTP at all',
    respond: ({ request }) => void request.socket.end('220 mail.example.com ESMTP\r\n'),
    ...again,
  },
  { name: '400', respond: rejecting(400), ...rejected(1) },
  { name: '401', respond: rejecting(401), ...rejected(4) },
  { name: '403', respond: rejecting(403), ...rejected(4) },
  { name: '404', respond: rejecting(404), ...rejected(5) },
  { name: '409', respond: rejecting(409), ...rejected(8) },
  { name: '408', respond: rejecting(408), ...again },
  { name: '429', respond: rejecting(429), ...slow },
  { name: '429, Retry-After: 1', respond: rejecting(429, { 'retry-after': '1' }), ...slow },
  {
    name: '429, Retry-After: 3600',
    respond: rejecting(429, { 'retry-after': '3600' }),
    ...slowOnce,
  },
  { name: '429, Retry-After: 99999999', respond: rejecting(429, { 'retry-after': '99999999' }), ...slow },
  { name: '429, Retry-After: -5', respond: rejecting(429, { 'retry-after': '-5' }), ...slow },
  {
    name: '429, Retry-After: a date long past',
    respond: rejecting(429, { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' }),
    ...slow,
  },
  {
    name: '429, Retry-After: a date in an hour',
    respond: (faulted) => rejecting(429, { 'retry-after': new Date(Date.now() + 3_600_000).toUTCString() })(faulted),
    ...slowOnce,
  },
  { name: '429 as a page', respond: page(429), ...again, changes: 3 },
  { name: '500', respond: rejecting(500), ...again },
  { name: '502', respond: rejecting(502), ...again },
  { name: '503', respond: rejecting(503), ...again },
  {
    name: '503, Retry-After: 3600',
    respond: rejecting(503, { 'retry-after': '3600' }),
    ...once,
    reading: 7,
  },
  { name: '504', respond: rejecting(504), ...again },
  { name: '500 as a page', respond: page(500), ...again },
  { name: '502 as a page', respond: page(502), ...again },
  { name: '503 as a page', respond: page(503), ...again },
  { name: '400 as a page', respond: page(400), ...once },
  { name: '404 as a page', respond: page(404), ...once },
  { name: 'redirect to the same host', respond: redirect(({ request }) => `${request.url}?`), ...once },
  { name: 'redirect to another host', respond: redirect(() => 'https://api.example/'), ...once },
  { name: 'redirect down to http', respond: redirect(({ request }) => `http://${request.headers.host}/`), ...once },
  { name: 'HTML', respond: page(200), ...once },
  { name: 'empty 200', respond: ({ response }) => void response.writeHead(200, json).end(), ...once },
  {
    name: 'broken gzip',
    respond: sending({ 'content-encoding': 'gzip' }, (body) => Buffer.concat([Buffer.from([31, 139, 8, 0]), body])),
    ...again,
  },
  { name: 'gzip bomb', respond: sending({ 'content-encoding': 'gzip' }, () => bomb), ...once, heavy: true },
  { name: 'oversized body', respond: sending({}, () => flood), ...once, heavy: true },
  {
    name: 'invalid UTF-8',
    respond: sending({}, (body) => Buffer.concat([Buffer.from([34, 0xc3, 0x28, 34]), body])),
    ...once,
  },
  { name: 'JSON of another kind', respond: sending({}, () => Buffer.from('[null,{"ip_address":[]}]')), ...once },
];

/**
 * A fault for requests that name one address. `faults` does not contain it, because this fault cannot occur in the list
 * of all addresses.
 */
export const otherAddress: Fault = {
  name: 'a response that describes another address',
  respond: sending({}, other),
  ...once,
};

/** A fault for changes: the status says success, but the body shows the old state. */
export const oldState: Fault = {
  name: '202 with the old state',
  respond: ({ response, before }) => void response.writeHead(202, json).end(before.body),
  ...once,
};
