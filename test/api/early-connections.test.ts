import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHttpAgents } from '../../src/api/agents.ts';
import { createConnection } from '../../src/api/connection.ts';
import { createSendOnceLoader } from '../../src/api/send-once-loader.ts';

let server: Server;
let sockets: Socket[];
let url: string;

beforeEach(async () => {
  sockets = [];
  server = createServer((_request, response) => void response.end('{}'));
  server.on('connection', (socket) => void sockets.push(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/1.3/x`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const options = { proxy: undefined, trust: undefined, lookup: undefined };
const createDirectAgents = () => createHttpAgents({ ...options, signal: new AbortController().signal });
const createRequest = () => ({
  method: 'GET',
  url,
  headers: {},
  deadline: new AbortController().signal,
  interrupt: new AbortController().signal,
});

test('each request that is waiting for got has its connection, and a later one opens none', async () => {
  const opened: string[] = [];
  const agents = { ...createDirectAgents(), open: async (origin: URL) => void opened.push(origin.href) };
  const loadSender = createSendOnceLoader(agents);
  const loading = [loadSender(url), loadSender(url)];
  expect(opened).toEqual([url, url]);
  await Promise.all(loading);
  await loadSender(url);
  expect(opened).toHaveLength(2);
});

test('requests that follow at the same time use the connections that were opened for them', async () => {
  const connection = createConnection({});
  await connection.sendOnce({ ...createRequest(), followers: 3 });
  await expect.poll(() => sockets.length).toBe(4);
  await Promise.all([1, 2, 3, 4].map(() => connection.sendOnce(createRequest())));
  expect(sockets).toHaveLength(4);
  connection.close();
});

test('a connection that is never opened does not keep a request from being sent, with the time that it has', async () => {
  const loadSender = createSendOnceLoader({ ...createDirectAgents(), open: () => new Promise(() => {}) });
  expect(await loadSender(url)).toBeTypeOf('function');
});

test('the requests use the connections that were opened for them', async () => {
  const connection = createConnection({});
  const all = await Promise.all([connection.sendOnce(createRequest()), connection.sendOnce(createRequest())]);
  const another = await connection.sendOnce(createRequest());
  expect([...all, another].map(({ kind }) => kind)).toEqual(['response', 'response', 'response']);
  expect(sockets).toHaveLength(2);
  connection.close();
});

test('a connection that no request takes is closed with the others', async () => {
  const agents = createDirectAgents();
  const accepted = once(server, 'connection');
  await agents.open(new URL(url));
  const [socket] = (await accepted) as [Socket];
  const closed = once(socket.resume(), 'close');
  agents.close();
  await closed;
});

test.each(['http', 'https'])(
  'a connection over %s that fails and that no request takes is no error',
  async (protocol) => {
    const closing = new AbortController();
    const agents = createHttpAgents({ ...options, signal: closing.signal });
    const opening = agents.open(new URL(url.replace('http', protocol)));
    closing.abort();
    await opening;
    // Wait until Node reports unhandled rejections, which happens at the end of this turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
    agents.close();
  },
);

test('instead of a connection that the server has closed, a request gets a new one', async () => {
  const agents = createDirectAgents();
  const accepted = once(server, 'connection');
  await agents.open(new URL(url));
  const [socket] = (await accepted) as [Socket];
  socket.destroy();
  const { sendOnce } = await import('../../src/api/send-once.ts');
  const never = new AbortController().signal;
  // Wait until the client notices that the server has closed the first connection. A request on another connection
  // takes long enough.
  await fetch(url);
  expect(await sendOnce(createRequest(), agents, never)).toMatchObject({ kind: 'response', status: 200 });
  agents.close();
});
