import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { join } from 'node:path';
import { createChangeBody, createGetBody } from './account.js';
import { startDelayingProxy } from './delaying-proxy.js';

const certificates = join(import.meta.dirname, '../../test/faults/certs');
/** The certificate of the authority that signed the certificate of the server. */
export const authorityFile = join(certificates, 'ca.pem');
/** The round-trip times of the simulated networks, in milliseconds. */
export const ROUND_TRIPS = [30, 60];

/**
 * Starts a server in its own process. The server builds each list only once, so that it adds almost no time to a measurement. The
 * token of a request selects the number of addresses and the latency: `bench-<addresses>-<latency in ms>`. A run that appends its
 * own `-<number>` to the token sees only its own changes.
 * @returns the origin `http`; the origins `https` by their round trip in milliseconds; and `stop`
 */
export async function startServer() {
  const child = fork(import.meta.filename, ['serve']);
  const [origins] = await once(child, 'message');
  return { ...origins, stop: () => child.kill() };
}

async function runServer() {
  const http = await listenOnFreePort(createServer(respondToRequest));
  const key = (name) => readFileSync(join(certificates, name));
  const secure = await listenOnFreePort(
    createSecureServer({ cert: key('localhost.pem'), key: key('localhost-key.pem') }, respondToRequest),
  );
  const https = { 0: `https://127.0.0.1:${secure}` };
  for (const roundTrip of ROUND_TRIPS)
    https[roundTrip] = `https://127.0.0.1:${await startDelayingProxy(roundTrip, secure)}`;
  process.send({ http: `http://127.0.0.1:${http}`, https });
  process.on('disconnect', () => process.exit());
}

async function listenOnFreePort(server) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server.address().port;
}

async function respondToRequest(request, response) {
  const token = request.headers.authorization;
  const [, count = '20', latency = '0'] = /(\d+)-(\d+)/.exec(token) ?? [];
  const body = Buffer.concat(await request.toArray());
  const path = request.url.replace('/1.3/', '');
  if (latency !== '0') await new Promise((resolve) => setTimeout(resolve, Number(latency)));
  if (request.method === 'DELETE') return response.writeHead(204).end();
  const text = request.method === 'GET' ? getResponseBody(path, Number(count), token) : storeChange(path, body, token);
  response
    .writeHead(request.method === 'GET' ? 200 : 202, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
    })
    .end(text);
}

/**
 * The response to the last change of each address, by token and path. Each run has its own token, so it sees only its own
 * changes.
 */
const changedBodies = new Map();

function storeChange(path, body, token) {
  const text = JSON.stringify(createChangeBody(path, JSON.parse(body)));
  changedBodies.set(`${token} ${path}`, text);
  return text;
}

const listBodies = new Map();

function getResponseBody(path, count, token) {
  if (path.includes('/')) return changedBodies.get(`${token} ${path}`) ?? JSON.stringify(createGetBody(path, count));
  const key = `${path} ${count}`;
  if (!listBodies.has(key)) listBodies.set(key, JSON.stringify(createGetBody(path, count)));
  return listBodies.get(key);
}

if (process.argv[2] === 'serve') runServer();
