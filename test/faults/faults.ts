import { gzipSync } from 'node:zlib';
import type { Respond, Struck } from './fault-server.ts';

/** What an answer of the server does to the program, whatever it was asked. */
export interface Fault {
  readonly name: string;
  readonly respond: Respond;
  /** The exit code of a command whose first GET meets it. */
  readonly reading: number;
  /** How often a GET is tried. */
  readonly tries: 1 | 3;
  /** A rejection by the API itself: the exit code of a change that meets it. Whatever else a change meets is unknown (9). */
  readonly rejects?: number;
  /** How often a change is sent that may be repeated: once, but for a 429. A create is sent once. */
  readonly changes?: 3;
  /** Takes much of the machine. */
  readonly heavy?: true;
  /** Seconds until the deadline; the fault is the waiting. */
  readonly timeout?: number;
}

const json = { 'content-type': 'application/json' };

/** The API's own error body with that status. */
const refusing =
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
  (to: (struck: Struck) => string): Respond =>
  (struck) =>
    void struck.response.writeHead(307, { location: to(struck) }).end();

const sending =
  (headers: Record<string, string>, body: (answer: Buffer) => Buffer): Respond =>
  ({ response, answer }) => {
    const status = answer.status === 204 ? 200 : answer.status;
    response.writeHead(status, { ...json, ...headers }).end(body(answer.body));
  };

const bomb = gzipSync(Buffer.alloc(70 * 1024 * 1024, 32));
const flood = Buffer.alloc(65 * 1024 * 1024, 32);
const other = (body: Buffer): Buffer =>
  Buffer.from(body.toString().replace(/"address":"[^"]*"/, '"address":"203.0.113.77"'));

const dripping: Respond = ({ response, answer }) => {
  response.writeHead(200, { ...json, 'content-length': String(Math.max(60, answer.body.length)) });
  let at = 0;
  const timer = setInterval(() => response.write(answer.body.subarray(at, ++at)), 1_000);
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
    respond: ({ response, answer }) => {
      response.writeHead(200, { ...json, 'content-length': String(answer.body.length + 9) }).write(answer.body);
      setImmediate(() => response.socket?.end());
    },
    ...again,
  },
  {
    name: 'truncated chunks',
    respond: ({ response, answer }) => {
      response.writeHead(200, json).write(`${answer.body.subarray(0, 20)} `);
      setImmediate(() => response.socket?.destroy());
    },
    ...again,
  },
  {
    name: 'no HTTP at all',
    respond: ({ request }) => void request.socket.end('220 mail.example.com ESMTP\r\n'),
    ...again,
  },
  { name: '400', respond: refusing(400), ...rejected(1) },
  { name: '401', respond: refusing(401), ...rejected(4) },
  { name: '403', respond: refusing(403), ...rejected(4) },
  { name: '404', respond: refusing(404), ...rejected(5) },
  { name: '409', respond: refusing(409), ...rejected(8) },
  { name: '408', respond: refusing(408), ...again },
  { name: '429', respond: refusing(429), ...slow },
  { name: '429, Retry-After: 1', respond: refusing(429, { 'retry-after': '1' }), ...slow },
  {
    name: '429, Retry-After: 3600',
    respond: refusing(429, { 'retry-after': '3600' }),
    ...slowOnce,
  },
  { name: '429, Retry-After: 99999999', respond: refusing(429, { 'retry-after': '99999999' }), ...slow },
  { name: '429, Retry-After: -5', respond: refusing(429, { 'retry-after': '-5' }), ...slow },
  {
    name: '429, Retry-After: a date long past',
    respond: refusing(429, { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' }),
    ...slow,
  },
  {
    name: '429, Retry-After: a date in an hour',
    respond: (struck) => refusing(429, { 'retry-after': new Date(Date.now() + 3_600_000).toUTCString() })(struck),
    ...slowOnce,
  },
  { name: '429 as a page', respond: page(429), ...again, changes: 3 },
  { name: '500', respond: refusing(500), ...again },
  { name: '502', respond: refusing(502), ...again },
  { name: '503', respond: refusing(503), ...again },
  {
    name: '503, Retry-After: 3600',
    respond: refusing(503, { 'retry-after': '3600' }),
    ...once,
    reading: 7,
  },
  { name: '504', respond: refusing(504), ...again },
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

/** Met by what tells about one address only: a list is about all of them. */
export const otherAddress: Fault = { name: 'an answer about another address', respond: sending({}, other), ...once };

/** Met by what changes something: the state before it, with the status of a success. */
export const oldState: Fault = {
  name: '202 with the old state',
  respond: ({ response, before }) => void response.writeHead(202, json).end(before.body),
  ...once,
};
